import { onScopeDispose } from "vue";

/** Ask now and again `everyMs` after each answer, while the page can be seen; the returned function asks now. */
export function usePoll(asking: () => Promise<void>, everyMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let running = false;

  async function round(): Promise<void> {
    clearTimeout(timer);
    if (running || stopped) return;
    running = true;
    if (!document.hidden) await asking();
    running = false;
    if (!stopped) timer = setTimeout(round, everyMs);
  }

  const seen = (): void => {
    if (!document.hidden) void round();
  };
  document.addEventListener("visibilitychange", seen);
  onScopeDispose(() => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  });
  void round();
  return () => void round();
}
