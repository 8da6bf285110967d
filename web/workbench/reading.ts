/** Tells the desk what I have really seen: the open conversation, while this page has my eyes. */
import { onScopeDispose, shallowRef, watch } from "vue";
import type { Bench } from "./bench";

export function useReading(bench: Bench, c: () => string): void {
  const looking = shallowRef(document.hasFocus());
  const look = (): void => {
    looking.value = document.visibilityState === "visible" && document.hasFocus();
  };
  const signs = ["focus", "blur", "visibilitychange"] as const;
  for (const sign of signs) addEventListener(sign, look, true);
  onScopeDispose(() => {
    for (const sign of signs) removeEventListener(sign, look, true);
  });
  watch(
    () => {
      const row = bench.desk.state.rows.get(c());
      const seen = looking.value && bench.desk.link.value === "live" && bench.answers;
      return seen && row?.mine && row.unread > 0 ? ([row.c, row.position] as const) : null;
    },
    (read) => {
      if (read) bench.desk.tell({ t: "read", c: read[0], up_to: read[1] });
    },
    { immediate: true },
  );
}
