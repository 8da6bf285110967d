/**
 * When the desk rings, planned ahead: a pure answer to "who waits, since when", a minute into the future.
 *
 * A first question rings `new` every 3 s and `late` once the ladder says so, usually after 30 s; a follow-up ticks `again` at once, at 20 s, then
 * every 10 s. Two never ring together: the worst one decides.
 */
import type { Sound } from "@/kit/sound";

export interface Calling {
  readonly c: string;
  readonly since: number;
  /** When this page first knew of the wait: its rhythm begins here, so that the first ring is at once. */
  readonly heard: number;
  /** No human has answered this buyer yet. */
  readonly first: boolean;
  /** Until when it is silent because its agent types in it. */
  readonly quietUntil: number;
}

export interface Ring {
  readonly at: number;
  readonly sound: Sound;
}

export const HORIZON_MS = 75_000;
/** Unless the merchant set another wait; 0: nothing is ever late. */
const LATE_AFTER_MS = 30_000;
export const TYPING_QUIET_MS = 8_000;
const NEW_EVERY_MS = 3_000;
const AGAIN_FIRST_MS = 20_000;
const AGAIN_EVERY_MS = 10_000;
const APART_MS = 1_000;

type Class = 2 | 1 | 0;
const SOUND: Record<Class, Sound> = { 2: "late", 1: "new", 0: "again" };

function classAt(calling: Calling, at: number, lateAfter: number): Class {
  if (!calling.first) return 0;
  return lateAfter > 0 && at - calling.since >= lateAfter ? 2 : 1;
}

/** The rings of one buyer alone, from `from` up to `to`. */
function own(calling: Calling, from: number, to: number): number[] {
  const every = calling.first ? NEW_EVERY_MS : AGAIN_EVERY_MS;
  const begin = calling.first ? 0 : AGAIN_FIRST_MS;
  const steps = Math.max(0, Math.ceil((from - calling.heard - begin) / every));
  const rings = !calling.first && calling.heard >= from ? [calling.heard] : [];
  for (let at = calling.heard + begin + steps * every; at < to; at += every) rings.push(at);
  return rings;
}

/**
 * Everything to ring in the next `HORIZON_MS`, in order. Nothing rings before `mutedUntil`.
 *
 * Whoever is worse decides from the moment it may ring, so each one's rings end where a worse one's begin. A chat that
 * was `handed` on rings once, unless something rings then anyway.
 */
export function planned(
  calling: readonly Calling[],
  now: number,
  mutedUntil: number,
  lateAfter = LATE_AFTER_MS,
  handed: readonly number[] = [],
): Ring[] {
  const rings: Ring[] = [];
  const earliest = Math.max(now, mutedUntil);
  let end = now + HORIZON_MS;
  for (const each of calling.toSorted(worseFirst)) {
    if (end <= earliest) break;
    const from = Math.max(earliest, each.quietUntil, each.heard);
    for (const at of own(each, from, end)) rings.push({ at, sound: SOUND[classAt(each, at, lateAfter)] });
    end = Math.min(end, from);
  }
  for (const at of handed) {
    const alone = rings.every((ring) => Math.abs(ring.at - at) >= APART_MS);
    if (at >= earliest && alone) rings.push({ at, sound: "new" });
  }
  return rings.sort((a, b) => a.at - b.at);
}

/** First questions before follow-ups, then the longest wait: the longest is also the first to be late. */
function worseFirst(a: Calling, b: Calling): number {
  return Number(b.first) - Number(a.first) || a.since - b.since;
}
