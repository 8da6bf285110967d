/** A small desk for tests: it keeps whole logs and answers as the real one, counting every row from scratch. */
import type { DeskFrame, EventFrame, Reception, StaffCommand, StaffFrame, Thread } from "../frames";

export const ME = 7;
/** How many events a reception carries: small, so that logs held are often shorter than the truth. */
const TAIL = 4;
const START = 1_700_000_000_000;

type Facts = EventFrame extends infer E ? (E extends EventFrame ? Pick<E, "type" | "facts"> : never) : never;

export class SmallServer {
  readonly logs = new Map<string, EventFrame[]>();
  private clock = START;

  /** Append to a conversation's log; the first event starts it. */
  append(c: string, fact: Facts, text = ""): EventFrame {
    const log = this.logs.get(c) ?? [];
    this.logs.set(c, log);
    this.clock += 100;
    const body =
      fact.type === "message_sent"
        ? { text, picture: null, product: null, name: "", page: "", offers: [] }
        : null;
    const event = { t: "event", c, n: log.length + 1, at: this.clock, body, ...fact } as EventFrame;
    log.push(event);
    return event;
  }

  start(c: string): EventFrame[] {
    const rules = { priority: 0, must: [], prefers: [], because: [], chosen: false };
    const facts = {
      shop: 1,
      group: 2,
      buyer: `buyer-${c}`,
      channel: "widget",
      language: "zh",
      ...rules,
    } as const;
    const started = this.append(c, { type: "conversation_started", facts });
    const assigned = this.append(c, {
      type: "agent_assigned",
      facts: {
        agent: ME,
        how: "routed",
        by: null,
        policy: "idle_hands",
        waited: 0,
        could_have: [],
        through: "group",
        group: 2,
        because: [],
      },
    });
    return [started, assigned];
  }

  /** Every message of a conversation, recalled ones too. */
  messages(c: string): string[] {
    return (this.logs.get(c) ?? []).flatMap((e) => (e.type === "message_sent" ? [e.facts.message] : []));
  }

  /** The log as it is read afresh: words that were taken back are gone. */
  read(c: string, after = 0): EventFrame[] {
    const log = this.logs.get(c) ?? [];
    const gone = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
    return log
      .filter((e) => e.n > after)
      .map((e) => (e.type === "message_sent" && gone.has(e.facts.message) ? { ...e, body: null } : e));
  }

  reception(c: string, after = 0): Reception {
    const log = this.logs.get(c) ?? [];
    const events = after > 0 ? this.read(c, after) : this.read(c).slice(-TAIL);
    return { ...counted(c, log), t: "reception", events };
  }

  desk(opened: Readonly<Record<string, number>> = {}): DeskFrame {
    const receptions = [...this.logs.keys()].map((c) => this.reception(c, opened[c]));
    const none = { hits: 0, of: 0, pending: 0 };
    const rates = { golden_human: none, golden_anyone: none, chance: null };
    const me = {
      ready: true,
      break_reason: "",
      shift: "none",
      open: 0,
      limit: 8,
      rehearsal: false,
      ...rates,
    } as const;
    const pool = { t: "pool", total: 0, rows: [] } as const;
    return { t: "desk", now: this.clock, receptions, pool, me: { t: "me", ...me }, colleagues: [] };
  }

  /** What the desk answers to a command of the page. */
  answer(command: StaffCommand): StaffFrame[] {
    if (command.t !== "open") return [];
    const { events, ...row } = this.reception(command.c, command.after);
    const more_before = (events[0]?.n ?? 1) > 1;
    const thread: Thread = {
      t: "thread",
      c: command.c,
      events,
      more_before,
      marks: {},
      reception: { ...row, events: [] },
    };
    return [thread];
  }
}

/** The row by its definition, from the whole log. */
function counted(c: string, log: readonly EventFrame[]): Omit<Reception, "t" | "events"> {
  const recalled = new Set(log.map((e) => (e.type === "message_recalled" ? e.facts.message : "")));
  const sent = log.filter((e) => e.type === "message_sent");
  const standing = sent.filter((e) => !recalled.has(e.facts.message));
  const answered = standing.filter((e) => e.facts.by === "agent");
  const question = standing.find((e) => e.facts.by === "buyer" && e.n > (answered.at(-1)?.n ?? 0));
  const reads = log.filter((e) => e.type === "messages_read");
  const seen = (by: string) =>
    Math.max(0, ...reads.filter((e) => e.facts.by === by).map((e) => e.facts.up_to));
  const readByMe = Math.max(seen("agent"), ...sent.filter((e) => e.facts.by === "agent").map((e) => e.n));
  const words = sent.at(-1);
  const text = words && !recalled.has(words.facts.message) ? (words.body?.text ?? "") : "";
  return {
    ...{ c, shop: 1, group: 2, channel: "widget", buyer: `buyer-${c}`, buyer_name: c, agent: ME, mine: true },
    started_at: log[0]?.at ?? 0,
    waiting_since: question?.at ?? null,
    first_answered: answered.length > 0,
    unread: sent.filter((e) => e.facts.by === "buyer" && e.n > readByMe).length,
    read_by_buyer: seen("buyer"),
    last: words ? { by: words.facts.by, kind: words.facts.kind, text, at: words.at } : null,
    position: log.length,
  };
}
