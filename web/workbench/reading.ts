/** Tells the desk what I have really seen: the end of the open conversation, while this page has my eyes. */
import { onScopeDispose, shallowRef, watch } from "vue";
import type { Bench } from "./bench";

const EVERY_MS = 1_000;

export function useReading(bench: Bench, c: () => string | null): void {
  const looking = useLooking();
  let toldAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function unread(): readonly [string, number] | null {
    const row = bench.desk.state.rows.get(c() ?? "");
    const seen = looking.value && bench.desk.link.value === "live" && bench.answers;
    return seen && row?.mine && row.unread > 0 ? [row.c, row.position] : null;
  }

  function tell(): void {
    const read = unread();
    if (!read) return;
    toldAt = Date.now();
    bench.desk.tell({ t: "read", c: read[0], up_to: read[1] });
  }

  // A burst is read as one: at once, then at most each second.
  watch(
    () => unread()?.join(),
    () => {
      clearTimeout(timer);
      timer = setTimeout(tell, Math.max(0, toldAt + EVERY_MS - Date.now()));
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
}

function useLooking() {
  const looking = shallowRef(document.hasFocus());
  const look = (): void => {
    looking.value = document.visibilityState === "visible" && document.hasFocus();
  };
  const signs = ["focus", "blur", "visibilitychange"] as const;
  for (const sign of signs) addEventListener(sign, look, true);
  onScopeDispose(() => {
    for (const sign of signs) removeEventListener(sign, look, true);
  });
  return looking;
}
