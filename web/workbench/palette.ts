/** The quick replies under the composer's slash: what is found, which one is chosen, what it would say. */
import { type ComputedRef, computed, type Ref, shallowRef, watch } from "vue";
import type { Bench } from "./bench";
import { campaignOf, useKnown } from "./known";
import {
  type Found,
  filled,
  missingIn,
  NONE_FOUND,
  type Part,
  type Slash,
  search,
  textIn,
  type Variable,
} from "./replies";

export interface Palette {
  readonly slash: Ref<Slash | null>;
  readonly found: ComputedRef<readonly Found[]>;
  readonly total: ComputedRef<number>;
  readonly chosen: Ref<number>;
  readonly parts: ComputedRef<Part[]>;
  readonly missing: ComputedRef<Variable[]>;
  /** The n-th found reply, filled as far as it can be. */
  textOf(at: number): string | null;
  move(step: 1 | -1): void;
  close(): void;
}

export function usePalette(bench: Bench): Palette {
  const slash = shallowRef<Slash | null>(null);
  const chosen = shallowRef(0);
  const known = useKnown(bench);
  const result = computed(() => {
    const index = bench.stock.replies();
    if (slash.value === null || index?.state !== "here") return NONE_FOUND;
    return search(index.value, slash.value.query, bench.row.value?.group ?? null);
  });
  const found = computed(() => result.value.found);
  const partsOf = (at: number): Part[] => {
    const one = found.value[at];
    return one ? filled(one.reply.text, { ...known.value(one.reply.text), ...campaignOf(one.reply) }) : [];
  };
  const parts = computed(() => partsOf(chosen.value));

  watch(
    () => slash.value?.query,
    (query) => {
      chosen.value = 0;
      if (query !== undefined) void bench.stock.loadReplies();
    },
  );
  return {
    slash,
    found,
    total: computed(() => result.value.total),
    chosen,
    parts,
    missing: computed(() => missingIn(textIn(parts.value))),
    textOf: (at) => (found.value[at] ? textIn(partsOf(at)) : null),
    move(step) {
      const count = found.value.length;
      if (count > 0) chosen.value = (chosen.value + step + count) % count;
    },
    close() {
      slash.value = null;
    },
  };
}
