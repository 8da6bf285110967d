/** A page's voice: whether the browser lets it be heard, and whether this tab is the one that speaks. */
import { onScopeDispose, type Ref, readonly, shallowRef, watch } from "vue";
import { schedule } from "./sound";

export interface Speaker {
  readonly context: AudioContext;
  /** The browser has not let this page make a sound yet. */
  readonly locked: Readonly<Ref<boolean>>;
  /** Called on a click or key: the browser then allows sound. */
  unlock(): Promise<void>;
  /** Unlock, and let it be heard. */
  test(): Promise<void>;
}

export function useSpeaker(): Speaker {
  const context = new AudioContext();
  const locked = shallowRef(context.state !== "running");
  const look = (): void => {
    locked.value = context.state !== "running";
  };
  context.addEventListener("statechange", look);
  onScopeDispose(() => void context.close());

  async function unlock(): Promise<void> {
    if (context.state === "suspended") await context.resume();
    look();
  }
  async function test(): Promise<void> {
    await unlock();
    schedule(context, "new", context.currentTime + 0.02);
  }
  return { context, locked: readonly(locked), unlock, test };
}

/** True in the one tab that rings: of those that can make a sound, the one that holds the lock of this name. */
export function useLeading(name: string, locked: Readonly<Ref<boolean>>): Ref<boolean> {
  const leads = shallowRef(false);
  const gone = new AbortController();
  let letGo: () => void = () => undefined;
  let asked = false;

  function hold(): Promise<void> {
    leads.value = true;
    return new Promise((resolve) => {
      letGo = resolve;
    });
  }
  watch(
    locked,
    (is) => {
      if (is || asked) return;
      asked = true;
      // Without locks (a desk opened over plain http by its address) every tab rings: better twice than never.
      if ("locks" in navigator)
        navigator.locks.request(name, { signal: gone.signal }, hold).catch(() => undefined);
      else leads.value = true;
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    gone.abort();
    letGo();
  });
  return leads;
}
