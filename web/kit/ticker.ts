/**
 * One clock for the whole page, at the server's second.
 *
 * A wait is always computed from its start, never counted down: a throttled tab is right again at its next tick.
 */
import { onScopeDispose, type Ref, readonly, shallowRef } from "vue";

const SAMPLES = 8;
const offsets: number[] = [];
let offset = 0;

/** Tell the ticker what the server's clock said in a frame that arrived just now. */
export function heardServerClock(serverNow: number): void {
  offsets.push(serverNow - Date.now());
  if (offsets.length > SAMPLES) offsets.shift();
  // The road only ever makes the server look slow, so the largest difference is the truest.
  offset = Math.max(...offsets);
}

/** Milliseconds since 1970 on the server's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

type Listener = (now: number) => void;
const listeners = new Set<Listener>();
const second = shallowRef(serverNow());
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  const now = serverNow();
  second.value = now;
  for (const listener of listeners) listener(now);
  schedule();
}

function schedule(): void {
  timer = setTimeout(tick, 1000 - (serverNow() % 1000));
}

/** Call `listener` now and at every second until the returned function is called. */
export function onTick(listener: Listener): () => void {
  listeners.add(listener);
  if (timer === undefined) schedule();
  listener(serverNow());
  return () => {
    listeners.delete(listener);
  };
}

/** `onTick` for the life of the component or scope that calls it. */
export function useTick(listener: Listener): void {
  onScopeDispose(onTick(listener));
}

/** The server's clock as a value that changes once a second; for text, not for lists of clocks. */
export function useNow(): Readonly<Ref<number>> {
  useTick(() => undefined);
  return readonly(second);
}
