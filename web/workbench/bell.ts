/**
 * The bell: what `ring.ts` plans, put on the audio clock a minute ahead, by one tab only.
 *
 * A throttled background tab still rings, since its sounds are already scheduled; of several tabs the one that
 * holds the lock rings, and only a tab that can make a sound asks for it.
 */
import { onScopeDispose, type Ref, readonly, shallowReactive, shallowRef, watch } from "vue";
import { schedule } from "@/kit/sound";
import { useLeading, useSpeaker } from "@/kit/speaker";
import { onTick, serverNow } from "@/kit/ticker";
import { handedOn } from "@/live/handed";
import type { DeskState } from "@/live/state";
import { type Calling, planned, type Ring, TYPING_QUIET_MS } from "./ring";

const MUTE_MS = 60_000;
const AHEAD_AGAIN_MS = 15_000;
const LOCK = "goldensix-bell";

/** A wait, and when this page first knew of it. */
interface Heard {
  readonly since: number;
  readonly at: number;
}

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

/** What the person chose and the merchant set. */
export interface BellRules {
  /** Off: this person wants no sound. */
  readonly sound: boolean;
  /** From which wait on a first question rings louder. */
  readonly redAfter: number;
}

export function useBell(state: DeskState, rules: () => BellRules): Bell {
  const speaker = useSpeaker();
  const silence = useSilence();
  const leads = useLeading(LOCK, speaker.locked);
  const heard = new Map<string, Heard>();
  const arrived = new Map<string, number>();
  const rings = new Rings(speaker.context);
  let plannedAt = 0;

  function plan(): void {
    const now = serverNow();
    plannedAt = now;
    const calling = callingOf(state, heard, silence.quiet, now);
    const { sound, redAfter } = rules();
    const handed = arrivalsOf(state, arrived, now);
    const all = () => planned(calling, now, silence.mutedUntil.value, redAfter, handed);
    rings.replace(leads.value && sound ? all() : [], now);
  }
  watch(
    [() => signatureOf(state), leads, silence.mutedUntil, () => [...silence.quiet.values()].join(), rules],
    plan,
    { immediate: true },
  );
  onScopeDispose(onTick((now) => now - plannedAt >= AHEAD_AGAIN_MS && plan()));
  return { ...speaker, ...silence, leads: readonly(leads) };
}

/** What is silent, and until when: everything for a minute, or a conversation while it is typed in. */
function useSilence() {
  const mutedUntil = shallowRef(0);
  const quiet = shallowReactive(new Map<string, number>());

  function mute(): void {
    mutedUntil.value = mutedUntil.value > serverNow() ? 0 : serverNow() + MUTE_MS;
  }
  function struck(c: string): void {
    const until = serverNow() + TYPING_QUIET_MS;
    // Not at every key: each change plans the whole minute again.
    if (until - (quiet.get(c) ?? 0) > 1_000) quiet.set(c, until);
  }
  return { mutedUntil: readonly(mutedUntil), quiet, mute, struck };
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
  return signature + [...handedOn(state)].join();
}

/** When this page first knew of each chat that was handed on, if its buyer does not wait: that rings anyhow. */
function arrivalsOf(state: DeskState, arrived: Map<string, number>, now: number): number[] {
  const handed = [...handedOn(state)].filter(([c]) => state.rows.get(c)?.waiting_since === null);
  return handed.map(([c, since]) => {
    const name = `${c} ${since}`;
    const at = arrived.get(name) ?? now;
    arrived.set(name, at);
    return at;
  });
}

function callingOf(
  state: DeskState,
  heard: Map<string, Heard>,
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
