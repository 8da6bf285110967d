/** Lists that hold still: nothing moves under the pointer, and boards keep an order for a while. */
import { computed, type Ref, ref, shallowRef, watch } from "vue";
import { serverNow, useTick } from "./ticker";

type Key = string | number;

/** The rows of today in the order of before: newcomers come last, who left is taken out. */
export function keepOrder<K extends Key>(before: readonly K[], wanted: readonly K[]): K[] {
  const here = new Set(wanted);
  const kept = before.filter((key) => here.has(key));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((key) => !known.has(key))];
}

const KEY_HOLD_MS = 1_000;

export interface Steady<T> {
  /** What to show, in the order to show it. */
  rows: Ref<T[]>;
  /** Rows that would stand higher if the list were free to move. */
  waitingAbove: Ref<number>;
  /** Bind with `v-bind` to the element that holds the list. */
  holds: Record<"onPointerenter" | "onPointerleave" | "onKeydown", () => void>;
}

/**
 * @param wanted the rows in their true order
 * @param keepMs how long an order stays even when nobody points at it
 */
export function useSteady<T>(wanted: () => readonly T[], key: (row: T) => Key, keepMs = 0): Steady<T> {
  const pointed = ref(false);
  const order = shallowRef<Key[]>([]);
  let keyAt = Number.NEGATIVE_INFINITY;
  let movedAt = Number.NEGATIVE_INFINITY;

  function arrange(): void {
    const now = serverNow();
    const keys = wanted().map(key);
    const held = pointed.value || now - keyAt < KEY_HOLD_MS || now - movedAt < keepMs;
    if (!held) movedAt = now;
    order.value = held ? keepOrder(order.value, keys) : keys;
  }

  watch(wanted, arrange, { immediate: true });
  watch(pointed, (over) => over || arrange());
  useTick(arrange);

  const rows = computed(() => {
    const byKey = new Map(wanted().map((row) => [key(row), row]));
    return order.value.flatMap((each) => byKey.get(each) ?? []);
  });
  const waitingAbove = computed(() => {
    const first = order.value[0];
    return first === undefined
      ? 0
      : Math.max(
          0,
          wanted().findIndex((row) => key(row) === first),
        );
  });
  const holds = {
    onPointerenter: () => {
      pointed.value = true;
    },
    onPointerleave: () => {
      pointed.value = false;
    },
    onKeydown: () => {
      keyAt = serverNow();
    },
  };
  return { rows, waitingAbove, holds };
}
