/** The list as it stands on screen: it moves only while nobody points at it or walks through it. */
import { computed, type Ref, readonly, shallowRef, watch, watchEffect } from "vue";
import { handedOn, lookedAt } from "@/live/handed";
import type { Row } from "@/live/rows";
import type { DeskState } from "@/live/state";
import { type Arrangement, arranged, EMPTY, type Handed, type Pin, pinOf, unseen, urgent } from "./order";

const KEY_HOLD_MS = 1_000;

export interface ShownList {
  readonly shown: Readonly<Ref<Arrangement>>;
  /** Who waits for me and what was handed on to me, by the true order. */
  readonly waiting: Readonly<Ref<readonly Row[]>>;
  /** When each was handed on to me that I have not looked at. */
  readonly handed: Readonly<Ref<Handed>>;
  /** How many are mine. */
  readonly total: Readonly<Ref<number>>;
  /** Waiting conversations that the list, standing still, does not show as waiting. */
  readonly unseen: Readonly<Ref<number>>;
  /** The pointer is over the list, or not any more. */
  point(over: boolean): void;
  /** A key walked through the list. */
  walk(): void;
}

export function useShownList(state: DeskState, open: Readonly<Ref<string | null>>): ShownList {
  const mine = computed(() => [...state.rows.values()].filter((row) => row.mine));
  const handed = computed(() => handedOn(state));
  const { held, point, walk } = useHold();
  const pin = usePin(state, open);
  const shown = shallowRef<Arrangement>(EMPTY);
  // After the pin was set: it keeps the place from before the look.
  watch(
    () => open.value !== null && handed.value.has(open.value) && open.value,
    (c) => c && lookedAt(state, c, localStorage),
    { immediate: true },
  );

  watchEffect(() => {
    if (held.value) return;
    const leaving = [...state.left.values()].map(({ row }) => row);
    shown.value = arranged([...mine.value, ...leaving], pin.value, handed.value);
  });

  return {
    shown: readonly(shown) as Readonly<Ref<Arrangement>>,
    waiting: computed(() => urgent(mine.value, handed.value)),
    handed,
    total: computed(() => mine.value.length),
    unseen: computed(() => (held.value ? unseen(mine.value, shown.value, handed.value) : 0)),
    point,
    walk,
  };
}

function useHold(): { held: Ref<boolean>; point(over: boolean): void; walk(): void } {
  const over = shallowRef(false);
  const walked = shallowRef(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    held: computed(() => over.value || walked.value),
    point(isOver) {
      over.value = isOver;
    },
    walk() {
      walked.value = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        walked.value = false;
      }, KEY_HOLD_MS);
    },
  };
}

/** The place the open conversation had when it was opened, or when it first came to be known. */
function usePin(state: DeskState, open: Readonly<Ref<string | null>>): Ref<Pin | null> {
  const pin = shallowRef<Pin | null>(null);
  watch(
    () => open.value !== null && state.rows.has(open.value) && open.value,
    (c) => {
      const row = c ? state.rows.get(c) : undefined;
      pin.value = row ? pinOf(row, handedOn(state)) : null;
    },
    { immediate: true, flush: "sync" },
  );
  return pin;
}
