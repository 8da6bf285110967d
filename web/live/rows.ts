/**
 * A conversation as a list shows it, kept true by the events that follow.
 *
 * The same arithmetic as the desk's own fold: what stands here after any events is what the server would send.
 */
import type { EventFrame, MessageSentFrame, Reception } from "./frames";
import type { Log } from "./logs";

export type Row = Readonly<Omit<Reception, "t" | "events">>;

export function rowOf(reception: Reception): Row {
  const { t: _t, events: _events, ...row } = reception;
  return row;
}

/** The row after the event that follows it; null: the log held is too short to say, a fresh row must be asked for. */
export function advanced(row: Row, event: EventFrame, log: Log): Row | null {
  const moved = { ...row, position: event.n };
  switch (event.type) {
    case "message_sent":
      return { ...moved, ...said(row, event, log) };
    case "messages_read":
      return event.facts.by === "buyer"
        ? { ...moved, read_by_buyer: Math.max(row.read_by_buyer, event.facts.up_to) }
        : { ...moved, unread: stillUnread(row, event.facts.up_to, log) };
    case "message_recalled": {
      const counted = countedAgain(row, log);
      return counted && { ...moved, ...counted };
    }
    case "agent_assigned":
      return { ...moved, agent: event.facts.agent };
    case "conversation_returned":
      return { ...moved, agent: null, group: event.facts.group };
    case "conversation_classified":
      return { ...moved, group: event.facts.group };
    case "robot_handed_over":
      return { ...moved, waiting_since: event.at };
    case "conversation_closed":
      return { ...moved, waiting_since: null };
    default:
      return moved;
  }
}

function said(row: Row, event: MessageSentFrame, log: Log): Partial<Row> {
  const { by, kind } = event.facts;
  const last = { by, kind, text: preview(event.body?.text ?? ""), at: event.at };
  if (by === "buyer") return { last, unread: row.unread + 1, waiting_since: row.waiting_since ?? event.at };
  if (by === "agent") return { last, unread: 0, waiting_since: null, first_answered: true };
  return ANSWERS.has(kind) && hasRobot(log) ? { last, waiting_since: null } : { last };
}

/** Of what a robot says; a welcome or a notice answers nothing. */
const ANSWERS: ReadonlySet<string> = new Set(["text", "picture", "product", "choice"]);
const HANDED: ReadonlySet<string> = new Set(["robot_took", "robot_handed_over", "agent_assigned"]);

/** The robot has the conversation. */
function hasRobot(log: Log): boolean {
  return log.findLast(({ type }) => HANDED.has(type))?.type === "robot_took";
}

const PREVIEW = 80;

/** The beginning of the words, counted in characters as the server counts. */
function preview(text: string): string {
  return text.length <= PREVIEW ? text : [...text].slice(0, PREVIEW).join("");
}

/** Reading never makes a message unread again, so a log that is too short can only leave the count as it is. */
function stillUnread(row: Row, upTo: number, log: Log): number {
  if ((log[0]?.n ?? 1) > upTo + 1) return row.unread;
  const after = log.filter((e) => e.type === "message_sent" && e.facts.by === "buyer" && e.n > upTo).length;
  return Math.min(row.unread, after);
}

/** A recalled question opens nothing and a recalled answer stops no clock: run them without it. */
function countedAgain(row: Row, log: Log): Partial<Row> | null {
  if (log.some((e) => e.type === "robot_took")) return null;
  const recalled = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
  const sent = log.filter((e) => e.type === "message_sent");
  const lastWords = sent.at(-1);
  if (!lastWords) return null;
  const standing = sent.filter((e) => !recalled.has(e.facts.message));
  const answer = standing.findLast((e) => e.facts.by === "agent");
  if (!answer && log[0]?.n !== 1) return null;
  const question = standing.find((e) => e.facts.by === "buyer" && e.n > (answer?.n ?? 0));
  const last = recalled.has(lastWords.facts.message) && row.last ? { ...row.last, text: "" } : row.last;
  return { waiting_since: question?.at ?? null, first_answered: answer !== undefined, last };
}
