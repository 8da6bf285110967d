/**
 * The bell: what `ring.ts` plans, put on the audio clock a minute ahead, by one tab only.
 *
 * A throttled background tab still rings, since its sounds are already scheduled; of several tabs the one that
 * holds the lock rings, and only a tab that can make a sound asks for it.
 */
import { onScopeDispose, type Ref, readonly, shallowReactive, shallowRef, watch } from "vue";
import { schedule } from "@/kit/sound";
import { onTick, serverNow } from "@/kit/ticker";
import type { DeskState } from "@/live/state";
import { type Calling, planned, type Ring, TYPING_QUIET_MS } from "./ring";

const MUTE_MS = 60_000;
const AHEAD_AGAIN_MS = 15_000;
const LOCK = "goldensix-bell";

export interface Bell {
  /** The browser has not let this page make a sound yet. */
  readonly locked: Readonly<Ref<boolean>>;
  readonly mutedUntil: Readonly<Ref<number>>;
  /** This tab is the one that rings. */
  readonly leads: Readonly<Ref<boolean>>;
  /** Called on a click or key: the browser then allows sound. */
  unlock(): Promise<void>;
  /** Unlock, and let it be heard. */
  test(): Promise<void>;
  mute(): void;
  /** Keys were struck in this conversation. */
  struck(c: string): void;
}

export function useBell(state: DeskState): Bell {
  const context = new AudioContext();
  const locked = shallowRef(context.state !== "running");
  const leads = shallowRef(false);
  const mutedUntil = shallowRef(0);
  const quiet = shallowReactive(new Map<string, number>());
  const heard = new Map<string, { since: number; at: number }>();
  const letGo = leadWhenHeard(locked, leads);
  const rings = new Rings(context);

  const look = (): void => {
    locked.value = context.state !== "running";
  };
  context.addEventListener("statechange", look);

  function plan(): void {
    const now = serverNow();
    const calling = callingOf(state, heard, quiet, now);
    rings.replace(leads.value ? planned(calling, now, mutedUntil.value) : [], now);
  }
  watch([() => signatureOf(state), leads, mutedUntil, () => [...quiet.values()].join()], plan, {
    immediate: true,
  });
  let plannedAt = 0;
  const stopTicking = onTick((now) => {
    if (now - plannedAt < AHEAD_AGAIN_MS) return;
    plannedAt = now;
    plan();
  });

  async function unlock(): Promise<void> {
    if (context.state === "suspended") await context.resume();
    look();
  }
  onScopeDispose(() => {
    stopTicking();
    letGo();
    void context.close();
  });
  return {
    locked: readonly(locked),
    mutedUntil: readonly(mutedUntil),
    leads: readonly(leads),
    unlock,
    async test() {
      await unlock();
      schedule(context, "new", context.currentTime + 0.02);
    },
    mute() {
      mutedUntil.value = mutedUntil.value > serverNow() ? 0 : serverNow() + MUTE_MS;
    },
    struck(c) {
      const until = serverNow() + TYPING_QUIET_MS;
      // Not at every key: each change plans the whole minute again.
      if (until - (quiet.get(c) ?? 0) > 1_000) quiet.set(c, until);
    },
  };
}

/** Sounds that lie ahead on the audio clock. */
class Rings {
  private ahead: (Ring & { cancel: () => void })[] = [];

  constructor(private readonly context: AudioContext) {}

  /** What rings already rings on, what stays planned stays; only the difference is touched. */
  replace(rings: readonly Ring[], now: number): void {
    const wanted = new Set(rings.map(nameOf));
    const kept = this.ahead.filter((ring) => ring.at > now && wanted.has(nameOf(ring)));
    for (const ring of this.ahead) if (ring.at > now && !wanted.has(nameOf(ring))) ring.cancel();
    const known = new Set(kept.map(nameOf));
    const fresh = rings.filter((ring) => !known.has(nameOf(ring)));
    this.ahead = [...kept, ...fresh.map((ring) => this.schedule(ring, now))];
  }

  private schedule(ring: Ring, now: number): Ring & { cancel: () => void } {
    const when = this.context.currentTime + Math.max(0, ring.at - now) / 1000;
    return { ...ring, cancel: schedule(this.context, ring.sound, when) };
  }
}

function nameOf(ring: Ring): string {
  return `${ring.at} ${ring.sound}`;
}

/** Everything the plan depends on, as one comparable value. */
function signatureOf(state: DeskState): string {
  let signature = "";
  for (const row of state.rows.values()) {
    if (row.mine && row.waiting_since !== null)
      signature += `${row.c} ${row.waiting_since} ${row.first_answered};`;
  }
  return signature;
}

function callingOf(
  state: DeskState,
  heard: Map<string, { since: number; at: number }>,
  quiet: ReadonlyMap<string, number>,
  now: number,
): Calling[] {
  const calling: Calling[] = [];
  for (const { c, mine, waiting_since: since, first_answered } of state.rows.values()) {
    if (!mine || since === null) continue;
    const known = heard.get(c);
    const at = known?.since === since ? known.at : now;
    heard.set(c, { since, at });
    calling.push({ c, since, heard: at, first: !first_answered, quietUntil: quiet.get(c) ?? 0 });
  }
  return calling;
}

/** Hold the lock of the one tab that rings, from the moment this one can; answers how to let go. */
function leadWhenHeard(locked: Readonly<Ref<boolean>>, leads: Ref<boolean>): () => void {
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
        navigator.locks.request(LOCK, { signal: gone.signal }, hold).catch(() => undefined);
      else leads.value = true;
    },
    { immediate: true },
  );
  return () => {
    gone.abort();
    letGo();
    leads.value = false;
  };
}
