/** One conversation as a clock: what started it, what did not count, what stopped it. */
import type { Caliber, Clock, Line } from "./shapes";

export type Deed =
  | "buyer"
  | "agent"
  | "robot"
  | "system"
  | "queue_enter"
  | "assign"
  | "transfer"
  | "to_human"
  | "leave_message"
  | "close"
  | "other";

export interface Moment {
  line: Line;
  deed: Deed;
  starts: boolean;
  stops: boolean;
  /** The clock runs from here to the next moment. */
  running: boolean;
  /** Why something that looks like an answer is none. */
  ignored: "robot" | "system" | "recalled" | null;
}

const EVENTS = new Set<Deed | string>([
  "queue_enter",
  "assign",
  "transfer",
  "to_human",
  "leave_message",
  "close",
]);
const isRobot = (by: Line["by"]): by is "bot_auto" | "bot_assist" => by === "bot_auto" || by === "bot_assist";

function deedOf(line: Line): Deed {
  if (EVENTS.has(line.what)) return line.what as Deed;
  if (line.what !== "message") return "other";
  if (line.by === "buyer" || line.by === "agent") return line.by;
  return isRobot(line.by) ? "robot" : "system";
}

function ignoredIn(line: Line, caliber: Caliber): Moment["ignored"] {
  if (line.what !== "message") return null;
  if (line.recalled) return "recalled";
  if (line.by === "system" || line.by === "note") return "system";
  return isRobot(line.by) && !caliber.valid.includes(line.by) ? "robot" : null;
}

/**
 * Lines in order of time. The clock starts at the first line of its instant and stops at the first answer of its own;
 * calibers of what is no wait have none.
 */
export function timelineOf(told: readonly Line[], clock: Clock | undefined, caliber: Caliber): Moment[] {
  const lines = [...told].sort((a, b) => a.at - b.at);
  if (!clock) return lines.map((line) => untimed(line));
  const { start, stop } = clock;
  const first = lines.findIndex((line) => line.at >= start);
  const isAnswer = (line: Line): boolean =>
    line.what === "message" && line.by !== "buyer" && ignoredIn(line, caliber) === null;
  const last =
    stop === null ? -1 : lines.findIndex((line, index) => index > first && line.at >= stop && isAnswer(line));
  return lines.map((line, index) => ({
    line,
    deed: deedOf(line),
    starts: index === first,
    stops: index === last,
    running: index >= first && first >= 0 && (last < 0 ? stop === null : index < last),
    ignored: ignoredIn(line, caliber),
  }));
}

function untimed(line: Line): Moment {
  const ignored = line.recalled ? "recalled" : null;
  return { line, deed: deedOf(line), starts: false, stops: false, running: false, ignored };
}

/** Milliseconds from the start of the clock to the first assignment, and from there to its stop. */
export function clockParts(
  told: readonly Line[],
  { start, stop }: Clock,
): { queued: number; handled: number } | null {
  if (stop === null) return null;
  const assigned = told.find((line) => line.what === "assign" && line.at > start && line.at < stop);
  return assigned ? { queued: assigned.at - start, handled: stop - assigned.at } : null;
}
