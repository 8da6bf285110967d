/**
 * Chats that came to me out of somebody else's hands and that I have not looked at yet.
 *
 * Their buyers may not wait for anybody, so that nothing else would show that they are here.
 */
import type { EventFrame } from "./frames";
import { type Log, lastOf, NOTHING } from "./logs";
import type { Row } from "./rows";
import type { DeskState } from "./state";

const KEPT = "gs.opened";

/** When it was handed on to who has it now, and at which position; null: it was not, or he has answered since. */
export function handing(log: Log, agent: number | null): { n: number; at: number } | null {
  const at = log.findLastIndex(({ type }) => type === "agent_assigned");
  const assigned = log[at];
  if (assigned?.type !== "agent_assigned" || assigned.facts.agent !== agent) return null;
  if (!cameFromAnother(assigned, log.slice(0, at))) return null;
  const answered = log.slice(at).some((e) => e.type === "message_sent" && e.facts.agent === agent);
  return answered ? null : { n: assigned.n, at: assigned.at };
}

type Assigned = Extract<EventFrame, { type: "agent_assigned" }>;

/** Somebody else gave it; or it was routed after another had passed it on or lost it. */
function cameFromAnother({ facts }: Assigned, before: Log): boolean {
  if (facts.how === "transferred" || facts.how === "handed") return facts.by !== facts.agent;
  const last = before.findLast(({ type }) => type === "conversation_returned" || type === "agent_assigned");
  return facts.how === "routed" && last?.type === "conversation_returned" && last.facts.agent !== facts.agent;
}

/** Since when each of my chats that was handed on waits for my first look. */
export function handedOn(state: Pick<DeskState, "rows" | "logs" | "opened">): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of state.rows.values()) {
    const handed = row.mine ? handing(state.logs.get(row.c) ?? NOTHING, row.agent) : null;
    if (handed && (state.opened.get(row.c) ?? 0) < handed.n) found.set(row.c, handed.at);
  }
  return found;
}

/** How many of my chats somebody has to look at: the buyer waits, or it was handed on. */
export function toLookAt(state: DeskState): number {
  const handed = handedOn(state);
  return [...state.rows.values()].filter((row) => row.mine && needsLook(row, handed)).length;
}

export function needsLook(row: Row, handed: ReadonlyMap<string, number>): boolean {
  return row.waiting_since !== null || handed.has(row.c);
}

/** It is before me now; kept, so that a reload knows as long as the chat is on my list. */
export function lookedAt(state: DeskState, c: string, store: Pick<Storage, "setItem">): void {
  state.opened.set(c, lastOf(state.logs.get(c) ?? NOTHING));
  store.setItem(KEPT, JSON.stringify([...state.opened].filter(([each]) => state.rows.has(each))));
}

/** What was looked at before the page was loaded. */
export function recallOpened(state: DeskState, store: Pick<Storage, "getItem">): void {
  try {
    for (const [c, n] of JSON.parse(store.getItem(KEPT) ?? "[]") as [string, number][])
      state.opened.set(c, n);
  } catch {
    // What somebody else wrote there is worth no error: the chats are marked once more.
  }
}
