/** The part of a conversation's log that this page holds: a run of positions without a hole. */
import type { EventFrame } from "./frames";

export type Log = readonly EventFrame[];

export const NOTHING: Log = [];

/** The last position held, 0 when nothing is. */
export function lastOf(log: Log): number {
  return log.at(-1)?.n ?? 0;
}

/** Events before the first one held exist. */
export function hasOlder(log: Log): boolean {
  return (log[0]?.n ?? 1) > 1;
}

/** The conversation is over; a rating may follow its end. */
export function hasEnded(log: Log): boolean {
  return log.slice(-2).some((event) => event.type === "conversation_closed");
}

/**
 * The run that both make together. Positions held stay as they are; a newer run that does not touch the one
 * held replaces it (the hole between them can be asked for again), an older one that does not touch is dropped.
 */
export function joined(held: Log, events: Log): Log {
  const first = events[0]?.n;
  if (first === undefined) return held;
  if (held.length === 0) return withoutRecalled(events);
  const from = held[0]?.n ?? 1;
  const to = lastOf(held);
  if (first > to + 1) return withoutRecalled(events);
  if (lastOf(events) < from - 1) return held;
  const before = events.filter((event) => event.n < from);
  const after = events.filter((event) => event.n > to);
  if (before.length + after.length === 0) return held;
  return withoutRecalled([...before, ...held, ...after]);
}

/** The newest part that has this many messages, with all that happened since the first of them. */
export function newest(log: Log, messages: number): Log {
  let left = messages;
  let from = log.length;
  while (from > 0 && left > 0) {
    from -= 1;
    if (log[from]?.type === "message_sent") left -= 1;
  }
  return from === 0 ? log : log.slice(from);
}

/** Words that were taken back are not kept: the same as a log read afresh, where they are gone. */
export function withoutRecalled(log: Log): Log {
  const recalled = new Set<string>();
  for (const event of log) if (event.type === "message_recalled") recalled.add(event.facts.message);
  if (recalled.size === 0) return log;
  return log.map((event) =>
    event.type === "message_sent" && event.body && recalled.has(event.facts.message)
      ? { ...event, body: null }
      : event,
  );
}
