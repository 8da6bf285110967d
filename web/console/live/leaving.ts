import { computed, type Ref, shallowRef, watch } from "vue";
import { serverNow, useTick } from "@/kit/ticker";

const SHOWN_MS = 2_000;

/** Rows that have just gone, for two seconds, so that an eye on one sees where it went. */
export function useLeaving<T>(rows: () => readonly T[], key: (row: T) => string): Ref<T[]> {
  const gone = shallowRef<{ row: T; at: number }[]>([]);

  watch(rows, (now, before) => {
    const here = new Set(now.map(key));
    const left = before.filter((row) => !here.has(key(row)));
    const still = gone.value.filter(({ row }) => !here.has(key(row)));
    gone.value = [...still, ...left.map((row) => ({ row, at: serverNow() }))];
  });
  useTick((now) => {
    if (gone.value.length > 0) gone.value = gone.value.filter(({ at }) => now - at < SHOWN_MS);
  });
  return computed(() => gone.value.map(({ row }) => row));
}
