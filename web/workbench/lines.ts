/**
 * A conversation's log as the thread shows it: days, notes, and who spoke, with the turns made visible.
 *
 * A turn is a run of buyer messages up to the first human answer; what robots say in between does not end it.
 */
import type { EventFrame, MessageSentFrame, RobotDecidedFrame } from "@/live/frames";
import type { Log } from "@/live/logs";
import type { Unsent } from "@/live/outbox";

export interface Bubble {
  readonly key: string;
  readonly n: number;
  readonly at: number;
  readonly message: string;
  readonly kind: string;
  readonly text: string;
  readonly picture: Unsent["picture"];
  readonly product: number | null;
  /** Taken back by its writer, or erased. */
  readonly gone: boolean;
  readonly unsent: Unsent | null;
}

export interface Talk {
  readonly line: "talk";
  readonly key: string;
  readonly side: "buyer" | "agent" | "robot";
  readonly agent: number | null;
  readonly bubbles: Bubble[];
  /** Of the buyer: how many messages the turn has, on its last lines only; 0 elsewhere. */
  burst: number;
  /** Of the buyer: no human has answered this turn yet. */
  open: boolean;
  /** Of the first answer to a turn: how long the buyer waited. Null where it is none, or not known. */
  readonly took: number | null;
  /** Of the robot: the decision that this came of, and how sure it was. */
  readonly decision: Decision | null;
  /** The first answer of its kind (human or robot) in the conversation. */
  readonly first: boolean;
  read: boolean;
}

export interface Decision {
  readonly name: string;
  readonly confidence: number;
  readonly rule: string | null;
  /** The name of the robot of others that decided; null: ours did. */
  readonly robot: string | null;
}

export interface Note {
  readonly line: "note";
  readonly key: string;
  readonly at: number;
  readonly event: Exclude<EventFrame, MessageSentFrame>;
}

export interface Day {
  readonly line: "day";
  readonly key: string;
  readonly at: number;
}

export type Line = Talk | Note | Day;

/** `dayOf` names the local day of an instant; a stamp stands where it changes. */
export function linesOf(log: Log, unsent: readonly Unsent[], dayOf: (at: number) => string): Line[] {
  const page = new Page(log, dayOf);
  for (const event of log) page.add(event);
  for (const each of unsent) page.addUnsent(each);
  return page.finished();
}

class Page {
  private readonly lines: Line[] = [];
  private readonly recalled: ReadonlySet<string>;
  private readonly whole: boolean;
  private day = "";
  private question: number | null = null;
  private turn: Talk[] = [];
  private humanSpoke = false;
  private robotSpoke = false;
  private readByBuyer = 0;
  private decision: Decision | null = null;

  constructor(
    log: Log,
    private readonly dayOf: (at: number) => string,
  ) {
    this.recalled = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
    this.whole = (log[0]?.n ?? 1) === 1;
  }

  add(event: EventFrame): void {
    if (event.type === "messages_read") {
      if (event.facts.by === "buyer") this.readByBuyer = Math.max(this.readByBuyer, event.facts.up_to);
      return;
    }
    if (event.type === "message_recalled") return;
    this.stamp(event.at);
    // People's clock starts when the robot hands over.
    if (event.type === "robot_handed_over" && this.question !== null) this.question = event.at;
    if (event.type === "robot_decided") this.decide(event);
    else if (event.type === "message_sent") this.addMessage(event);
    else if (NOTED.has(event.type)) {
      this.lines.push({ line: "note", key: `n${event.n}`, at: event.at, event });
    }
  }

  addUnsent(unsent: Unsent): void {
    this.stamp(unsent.at);
    const bubble = {
      ...bare(unsent),
      key: unsent.id,
      n: 0,
      message: "",
      kind: kindOf(unsent),
      gone: false,
      unsent,
    };
    this.lines.push(talk("agent", null, bubble, { took: null, first: false }));
  }

  finished(): Line[] {
    for (const line of this.lines) {
      if (line.line !== "talk" || line.side === "buyer") continue;
      const n = line.bubbles.at(-1)?.n ?? 0;
      line.read = n > 0 && n <= this.readByBuyer;
    }
    for (const line of this.turn) line.open = true;
    this.countBurst();
    return this.lines;
  }

  private stamp(at: number): void {
    const day = this.dayOf(at);
    if (day === this.day) return;
    this.day = day;
    this.lines.push({ line: "day", key: `d${day}`, at });
  }

  private addMessage(event: MessageSentFrame): void {
    const { by, message, kind, agent } = event.facts;
    const gone = this.recalled.has(message) || event.body === null;
    const body = { text: "", picture: null, product: null, ...event.body, at: event.at };
    const bubble: Bubble = {
      ...bare(body),
      key: `n${event.n}`,
      n: event.n,
      message,
      kind,
      gone,
      unsent: null,
    };
    if (by === "buyer") this.addQuestion(bubble);
    else if (by === "agent") this.addAnswer(bubble, agent);
    else this.addRobot(bubble);
  }

  private addQuestion(bubble: Bubble): void {
    const last = this.lines.at(-1);
    if (last?.line === "talk" && last.side === "buyer") last.bubbles.push(bubble);
    else this.lines.push(talk("buyer", null, bubble, { took: null, first: false }));
    const line = this.lines.at(-1);
    if (bubble.gone || line?.line !== "talk") return;
    this.question ??= bubble.at;
    if (this.turn.at(-1) !== line) this.turn.push(line);
  }

  private addAnswer(bubble: Bubble, agent: number | null): void {
    const known = this.whole || this.humanSpoke;
    const took = !bubble.gone && known && this.question !== null ? bubble.at - this.question : null;
    const first = took !== null && !this.humanSpoke;
    this.lines.push(talk("agent", agent, bubble, { took, first }));
    if (bubble.gone) return;
    this.countBurst();
    this.turn = [];
    this.question = null;
    this.humanSpoke = true;
  }

  /** What the robot says next is by this decision. */
  private decide({ facts }: RobotDecidedFrame): void {
    const [first] = facts.candidates;
    const speaks = facts.did === "answer" || facts.did === "ask";
    this.decision = speaks
      ? { name: facts.decision, confidence: first?.confidence ?? 0, rule: facts.rule, robot: facts.robot }
      : null;
  }

  private addRobot(bubble: Bubble): void {
    const first =
      this.whole && !this.robotSpoke && !this.humanSpoke && this.question !== null && answers(bubble);
    const took = first && this.question !== null ? bubble.at - this.question : null;
    const decision = answers(bubble) ? this.decision : null;
    this.lines.push({ ...talk("robot", null, bubble, { took, first }), decision });
    this.robotSpoke ||= answers(bubble);
    if (!decision) return;
    // What the robot has answered is no question to people.
    this.countBurst();
    this.turn = [];
    this.decision = this.question = null;
  }

  /** The last lines of a turn say how many messages it has. */
  private countBurst(): void {
    const count = this.turn.reduce((sum, line) => sum + line.bubbles.filter((each) => !each.gone).length, 0);
    const last = this.turn.at(-1);
    // A turn that began before the log held may be longer than it looks.
    if (last && (this.whole || this.humanSpoke)) last.burst = count;
  }
}

const NOTED = new Set([
  "conversation_started",
  "agent_assigned",
  "conversation_returned",
  "conversation_left",
  "note_left",
  "task_handed_on",
  "conversation_classified",
  "robot_took",
  "robot_handed_over",
  "conversation_closed",
  "conversation_rated",
]);

/** A welcome, a notice and what the desk sends of itself are none. */
function answers({ kind }: Bubble): boolean {
  return ["text", "picture", "product", "choice"].includes(kind);
}

function bare({ at, text, picture, product }: Pick<Bubble, "at" | "text" | "picture" | "product">) {
  return { at, text, picture: picture ?? null, product: product ?? null };
}

function kindOf(unsent: Unsent): string {
  if (unsent.product !== null) return "product";
  return unsent.file || unsent.picture ? "picture" : "text";
}

function talk(
  side: Talk["side"],
  agent: number | null,
  bubble: Bubble,
  answer: Pick<Talk, "took" | "first">,
): Talk {
  return {
    ...{ line: "talk", key: `t${bubble.key}`, side, agent, bubbles: [bubble] },
    ...{ burst: 0, open: false, read: false, decision: null, ...answer },
  };
}

/** My newest message here that may still be taken back at `now`; null when there is none. */
export function recallable(log: Log, me: number, now: number): string | null {
  const recalled = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
  const mine = log.findLast(
    (e) => e.type === "message_sent" && e.facts.agent === me && !recalled.has(e.facts.message),
  );
  if (mine?.type !== "message_sent" || now - mine.at > RECALL_MS) return null;
  return mine.facts.message;
}

export const RECALL_MS = 120_000;
