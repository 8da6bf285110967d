/** What the live page reads out of a `live` frame: no clock, no state. */
import type { GroupNow, Live, PersonNow, WaitingRow } from "@/contract/wire";
import { GOLDEN_MS, type Urgency, urgency } from "@/kit/urgency";

export interface Bucket {
  /** Above this many seconds, up to and including `to`. */
  from: number;
  to: number;
  step: Urgency;
}

export const BUCKETS: readonly Bucket[] = [
  { from: 0, to: 6, step: "golden" },
  { from: 6, to: 15, step: "due" },
  { from: 15, to: 30, step: "due" },
  { from: 30, to: 60, step: "slow" },
  { from: 60, to: 180, step: "slow" },
  { from: 180, to: Number.POSITIVE_INFINITY, step: "over" },
];

/** In which of `BUCKETS` a wait stands. */
export function bucketOf(waitMs: number): number {
  return BUCKETS.findIndex((bucket) => waitMs <= bucket.to * 1000);
}

/** Since when the person's longest waiting buyer waits. */
export function longestWait(person: PersonNow): number | null {
  const waits = person.waits.filter((since) => since !== null);
  return waits.length > 0 ? Math.min(...waits) : null;
}

const AT_WORK: Record<PersonNow["presence"], number> = { idle: 0, typing: 0, break: 1, away: 2 };

/** Longest wait first, then the fullest, then by name; who is not there comes last. */
export function byUrgency(people: readonly PersonNow[]): PersonNow[] {
  const wait = (person: PersonNow): number => longestWait(person) ?? Number.POSITIVE_INFINITY;
  return [...people].sort(
    (a, b) =>
      AT_WORK[a.presence] - AT_WORK[b.presence] ||
      wait(a) - wait(b) ||
      b.waits.length - a.waits.length ||
      a.name.localeCompare(b.name),
  );
}

/** Who waits in one bucket, at `now`. */
export function inBucket(since: number | null, bucket: number | null, now: number): boolean {
  return bucket === null || (since !== null && bucketOf(now - since) === bucket);
}

/** The conversation of this person whose buyer waits longest, if it stands among the rows sent. */
export function worstOf(person: PersonNow, rows: readonly WaitingRow[]): WaitingRow | undefined {
  return rows.filter((row) => row.agent === person.id).sort((a, b) => a.since - b.since)[0];
}

/** Waiting with no agent, longest first. */
export function queueOf(live: Live): WaitingRow[] {
  return live.rows.filter((row) => row.agent === null).sort((a, b) => a.since - b.since);
}

/** Everybody of one bucket, in the queue or with an agent, longest first. */
export function waitingIn(live: Live, bucket: number, now: number): WaitingRow[] {
  return live.rows.filter((row) => inBucket(row.since, bucket, now)).sort((a, b) => a.since - b.since);
}

export function targetOf(group: number, groups: readonly GroupNow[]): number {
  return groups.find((each) => each.id === group)?.target_ms ?? GOLDEN_MS;
}

/** Of a conversation, what the choice of somebody for it goes by. */
export type Given = Pick<WaitingRow, "group" | "agent" | "played">;

/**
 * Who could be handed it, the likeliest first; nobody who is away, on a break or off shift, and a rehearsal's agents
 * only for a rehearsal's buyer.
 */
export function candidates(people: readonly PersonNow[], given: Given): PersonNow[] {
  const rank = (person: PersonNow): number =>
    (person.groups.includes(given.group) ? 0 : 4) +
    (person.waits.length < person.limit ? 0 : 2) +
    (person.presence === "idle" ? 0 : 1);
  return people
    .filter(({ id, shift }) => id !== given.agent && shift !== "out")
    .filter(({ played }) => given.played || !played)
    .filter(({ presence }) => presence === "idle" || presence === "typing")
    .sort((a, b) => rank(a) - rank(b) || a.waits.length / a.limit - b.waits.length / b.limit);
}

/** The class of somebody's worst wait, for the colour of a card. */
export function worstStep(since: number | null, now: number, targetMs: number): Urgency | undefined {
  return since === null ? undefined : urgency(now - since, targetMs);
}
