import { onScopeDispose, type Ref, readonly, ref } from "vue";

/** Seconds left of something that ends by itself; computed from its end, so a throttled tab stays right. */
export function useCountdown(): { left: Readonly<Ref<number>>; start: (seconds: number) => void } {
  const left = ref(0);
  let end = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function step(): void {
    left.value = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (left.value === 0) clearInterval(timer);
  }

  function start(seconds: number): void {
    end = Date.now() + seconds * 1000;
    clearInterval(timer);
    timer = setInterval(step, 250);
    step();
  }

  onScopeDispose(() => clearInterval(timer));
  return { left: readonly(left), start };
}
