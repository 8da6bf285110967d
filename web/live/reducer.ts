/**
 * (state, frame) -> state, for every frame of the staff socket.
 *
 * Replayed frames change nothing: an event at or below a known position is old. What a frame makes necessary to
 * ask comes back as commands, so that this file touches no socket.
 */
import type { DeskFrame, EventFrame, Reception, StaffCommand, StaffFrame, Thread } from "./frames";
import { joined, type Log, lastOf, NOTHING } from "./logs";
import { advanced, type Row, rowOf } from "./rows";
import type { DeskState } from "./state";

type Asked = StaffCommand[];
const NONE: Asked = [];

/** Take in one frame that arrived at `now` on the server's clock; answers what to ask the server for. */
export function apply(state: DeskState, frame: StaffFrame, now: number): Asked {
  switch (frame.t) {
    case "event":
      return takeEvent(state, frame, now);
    case "reception":
      return takeReception(state, frame);
    case "thread":
      return takeThread(state, frame);
    case "desk":
      return takeDesk(state, frame);
    case "gone":
      return takeGone(state, frame.c, frame.agent, frame.closed, now);
    case "typing":
      state.typing.set(frame.c, now);
      return NONE;
    case "pool":
      state.pool = frame;
      return NONE;
    case "me":
      state.me = frame;
      return NONE;
    case "colleague":
      state.colleagues.set(frame.id, frame);
      return NONE;
    case "live":
      state.live = frame;
      return NONE;
    case "alerts":
      state.alerts = frame;
      return NONE;
    case "suggested":
      state.suggested = frame;
      return NONE;
    case "marked":
      state.marks.set(frame.decision, frame.right);
      return NONE;
    case "orders":
      state.orders.set(frame.c, (state.orders.get(frame.c) ?? 0) + 1);
      return NONE;
    case "refused":
      if (frame.id === null) state.refused = frame;
      return NONE;
    case "stored":
      return catchUp(state, frame.c, frame.n);
    case "beat":
      return NONE;
    default:
      state.unknown += 1;
      return NONE;
  }
}

const KNOWN = new Set([
  "conversation_started",
  "message_sent",
  "message_recalled",
  "messages_read",
  "agent_assigned",
  "conversation_returned",
  "conversation_left",
  "note_left",
  "task_handed_on",
  "conversation_classified",
  "robot_took",
  "robot_decided",
  "robot_handed_over",
  "rating_invited",
  "conversation_closed",
  "conversation_rated",
]);

function takeEvent(state: DeskState, event: EventFrame, now: number): Asked {
  if (!KNOWN.has(event.type)) state.unknown += 1;
  const held = state.logs.get(event.c);
  const row = state.rows.get(event.c);
  if (held === undefined && row === undefined) return NONE;
  const after = held && held.length > 0 ? lastOf(held) : (row?.position ?? 0);
  // A rating follows the end: what stands between was not for this page any more.
  if (event.n > after + 1)
    return event.type === "conversation_rated" ? NONE : askAfter(state, event.c, after);
  const log = joined(held ?? NOTHING, [event]);
  if (log !== held) state.logs.set(event.c, log);
  if (event.type === "message_sent" && event.facts.by === "buyer") state.typing.delete(event.c);
  if (event.type === "conversation_closed") noteClosed(state, event, now);
  return advanceRow(state, event, log);
}

function advanceRow(state: DeskState, event: EventFrame, log: Log): Asked {
  const row = state.rows.get(event.c);
  if (!row || event.n <= row.position) return NONE;
  const next = event.n === row.position + 1 ? advanced(row, event, log) : null;
  if (next === null) return askAfter(state, event.c, row.position);
  state.rows.set(event.c, next);
  return NONE;
}

/** A hole, or a row that cannot be counted from what is held: asked for once, until the answer is here. */
function askAfter(state: DeskState, c: string, after: number): Asked {
  if (state.asked.has(c)) return NONE;
  state.asked.set(c, after);
  return [{ t: "open", c, after }];
}

function catchUp(state: DeskState, c: string, n: number): Asked {
  const held = state.logs.get(c);
  return held && lastOf(held) < n ? askAfter(state, c, lastOf(held)) : NONE;
}

/** Somebody else's conversation closes without `gone`: it was never in my list. */
function noteClosed(state: DeskState, event: EventFrame, now: number): void {
  const row = state.rows.get(event.c);
  if (row && !row.mine) takeGone(state, event.c, row.agent, true, now);
}

function takeReception(state: DeskState, reception: Reception): Asked {
  const { c, events } = reception;
  const log = joined(state.logs.get(c) ?? NOTHING, events);
  state.logs.set(c, log);
  state.left.delete(c);
  state.asked.delete(c);
  return settleRow(state, rowOf(reception), log);
}

function takeThread(state: DeskState, thread: Thread): Asked {
  const log = joined(state.logs.get(thread.c) ?? NOTHING, thread.events);
  state.logs.set(thread.c, log);
  for (const [decision, right] of Object.entries(thread.marks)) state.marks.set(decision, right);
  state.asked.delete(thread.c);
  if (thread.reception) return settleRow(state, rowOf(thread.reception), log);
  state.rows.delete(thread.c);
  return NONE;
}

/** A row as the server knew it, brought up to the events that overtook it. */
function settleRow(state: DeskState, row: Row, log: Log): Asked {
  state.rows.set(row.c, row);
  return log.filter((event) => event.n > row.position).flatMap((event) => advanceRow(state, event, log));
}

/** All of it, as of now. Logs that the page held stay, since only what came after them was sent. */
function takeDesk(state: DeskState, desk: DeskFrame): Asked {
  if (state.loaded) state.caughtUp = arrivedMeanwhile(state, desk);
  const here = new Set(desk.receptions.map((reception) => reception.c));
  for (const c of [...state.rows.keys()]) if (!here.has(c)) state.rows.delete(c);
  state.asked.clear();
  state.typing.clear();
  const asked = desk.receptions.flatMap((reception) => takeReception(state, reception));
  state.pool = desk.pool;
  state.me = desk.me;
  state.colleagues.clear();
  for (const colleague of desk.colleagues) state.colleagues.set(colleague.id, colleague);
  state.loaded = true;
  return asked;
}

function arrivedMeanwhile(state: DeskState, desk: DeskFrame): number {
  let count = 0;
  for (const { c, events } of desk.receptions) {
    const seen = Math.max(lastOf(state.logs.get(c) ?? NOTHING), state.rows.get(c)?.position ?? 0);
    count += events.filter((e) => e.type === "message_sent" && e.facts.by === "buyer" && e.n > seen).length;
  }
  return count;
}

function takeGone(state: DeskState, c: string, agent: number | null, closed: boolean, now: number): Asked {
  const row = state.rows.get(c);
  if (row?.mine) state.left.set(c, { row, agent, closed, at: now });
  state.rows.delete(c);
  state.orders.delete(c);
  state.typing.delete(c);
  return NONE;
}
