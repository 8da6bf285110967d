/**
 * When the desk rings, planned ahead: a pure answer to "who waits, since when", a minute into the future.
 *
 * A first question rings `new` every 3 s and `late` after 30 s; a follow-up ticks `again` at once, at 20 s, then
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
export const TYPING_QUIET_MS = 8_000;
const NEW_EVERY_MS = 3_000;
const LATE_AFTER_MS = 30_000;
const AGAIN_FIRST_MS = 20_000;
const AGAIN_EVERY_MS = 10_000;

type Class = 2 | 1 | 0;
const SOUND: Record<Class, Sound> = { 2: "late", 1: "new", 0: "again" };

function classAt(calling: Calling, at: number): Class {
  if (!calling.first) return 0;
  return at - calling.since >= LATE_AFTER_MS ? 2 : 1;
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

/** Everything to ring in the next `HORIZON_MS`, in order. Nothing rings before `mutedUntil`. */
export function planned(calling: readonly Calling[], now: number, mutedUntil: number): Ring[] {
  const rings: { at: number; by: Calling }[] = [];
  for (const each of calling) {
    const from = Math.max(now, mutedUntil, each.quietUntil);
    for (const at of own(each, from, now + HORIZON_MS)) rings.push({ at, by: each });
  }
  return rings
    .filter(({ at, by }) => worstAt(calling, at) === by)
    .sort((a, b) => a.at - b.at)
    .map(({ at, by }) => ({ at, sound: SOUND[classAt(by, at)] }));
}

/** Who decides at an instant: late before new before again, then the longest wait. */
function worstAt(calling: readonly Calling[], at: number): Calling | undefined {
  let worst: Calling | undefined;
  for (const each of calling) {
    if (each.quietUntil > at || each.heard > at) continue;
    if (!worst || worse(each, worst, at)) worst = each;
  }
  return worst;
}

function worse(a: Calling, b: Calling, at: number): boolean {
  const difference = classAt(a, at) - classAt(b, at);
  return difference !== 0 ? difference > 0 : a.since < b.since;
}
