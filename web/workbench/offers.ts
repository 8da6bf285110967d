/** What a log says of the buyer's last turn: its words, and what the robot thought of for it. */
import type { Log } from "@/live/logs";

export interface Offered {
  readonly title: string;
  readonly answer: string;
  readonly confidence: number;
}

/** The buyer's last turn, in one line; what robots said in between does not end it. */
export function askedIn(log: Log): string {
  const said: string[] = [];
  for (const event of log.toReversed()) {
    if (event.type !== "message_sent") continue;
    if (event.facts.by === "buyer") said.unshift(event.body?.text ?? "");
    else if (event.facts.by === "agent" && said.length > 0) break;
  }
  return said.join(" ").trim();
}

/** Names the turn that the robot thought of last, in this conversation. */
export function decisionIn(log: Log): number {
  return log.findLast((event) => event.type === "robot_decided")?.n ?? 0;
}

/** The robot's suggestions for the turn that nobody has answered yet; none that have no words. */
export function offersIn(log: Log): readonly Offered[] {
  const decided = log.findLast((event) => event.type === "robot_decided");
  const answered = log.findLast((event) => event.type === "message_sent" && event.facts.by === "agent");
  if (decided?.type !== "robot_decided" || decided.facts.did === "answer") return [];
  const asked = log.findLast((event) => event.type === "message_sent" && event.facts.by === "buyer");
  if ((answered?.n ?? 0) > decided.n || (asked?.n ?? 0) > decided.facts.up_to) return [];
  const confidences = decided.facts.candidates.map(({ confidence }) => confidence);
  return (decided.body?.offers ?? []).map((offer, at) => ({ ...offer, confidence: confidences[at] ?? 0 }));
}
