import type { BuyerFrame, BuyerWelcome, EventFrame, Kind, Picture, Sender } from "./contract.ts";

/** One line of the log as the buyer sees it. */
export interface Line {
  /** The buyer's own id, so that a message keeps its place on the screen once stored; else the message's name. */
  key: string;
  c: string;
  n: number;
  at: number;
  by: Sender;
  kind: Kind | "served" | "closed" | "refused";
  agent: number | null;
  text: string;
  picture: Picture | null;
  product: number | null;
  recalled: boolean;
  read: boolean;
  /** From the buyer's words to this line. */
  took: number;
}

/** Everything the desk has told this page. */
export interface Talk {
  c: string | null;
  /** The last position of `c` this page has. */
  last: number;
  closed: boolean;
  lines: Line[];
  names: Record<string, string>;
  agent: number | null;
  place: number;
  /** The buyer has seen everything up to this position of `c`. */
  seen: number;
  /** Frames of a kind this version does not know. */
  ignored: number;
}

export const noTalk = (): Talk => ({
  c: null,
  last: 0,
  closed: true,
  lines: [],
  names: {},
  agent: null,
  place: 0,
  seen: 0,
  ignored: 0,
});

/** The part of a message's name that its author chose. */
export const ownPart = (message: string) => message.slice(message.indexOf(".") + 1);

export const theirs = (line: Line) => line.by !== "buyer" && line.kind !== "served" && line.kind !== "closed";

export const unread = (talk: Talk) =>
  talk.lines.filter((line) => line.c === talk.c && line.n > talk.seen && theirs(line) && !line.recalled).length;

/** The newest position that reading the window has seen. */
export const newest = (talk: Talk) => Math.max(0, ...talk.lines.filter((l) => l.c === talk.c && theirs(l)).map((l) => l.n));

/** Applies one frame; answers the lines it brought. */
export function apply(talk: Talk, frame: BuyerFrame): Line[] {
  const before = talk.lines.length;
  switch (frame.t) {
    case "welcome":
      welcomed(talk, frame);
      break;
    case "event":
      happened(talk, frame);
      break;
    case "served":
      served(talk, frame);
      break;
    case "place":
      if (frame.c === talk.c || !talk.c) talk.place = frame.place;
      break;
    case "stored":
    case "refused":
    case "typing":
    case "beat":
      break;
    default:
      talk.ignored++;
  }
  return talk.lines.slice(before);
}

function welcomed(talk: Talk, frame: BuyerWelcome) {
  Object.assign(talk.names, frame.names);
  for (const event of frame.events) happened(talk, event);
  if (frame.conversation && frame.conversation !== talk.c) begin(talk, frame.conversation);
  if (!frame.conversation || frame.closed) end(talk, Date.now());
}

function served(talk: Talk, { c, agent, name, waited }: Extract<BuyerFrame, { t: "served" }>) {
  if (c !== talk.c) begin(talk, c);
  talk.names[agent] = name;
  talk.place = 0;
  if (talk.agent === agent) return;
  talk.agent = agent;
  talk.lines.push(line(talk, `served.${c}.${agent}.${talk.last}`, Date.now(), { kind: "served", agent, took: waited }));
}

function happened(talk: Talk, event: EventFrame) {
  if (event.c !== talk.c) {
    if (talk.lines.some(({ c }) => c === event.c)) return;
    begin(talk, event.c);
  }
  if (event.n <= talk.last) return;
  talk.last = event.n;
  const { facts } = event;
  switch (event.type) {
    case "message_sent":
      said(talk, event);
      break;
    case "message_recalled":
      for (const l of talk.lines) if (l.key === lineKey(event.facts)) Object.assign(l, { recalled: true, text: "" });
      break;
    case "messages_read":
      if (event.facts.by === "buyer") talk.seen = Math.max(talk.seen, event.facts.up_to);
      else for (const l of talk.lines) if (l.c === event.c && l.n <= event.facts.up_to) l.read = true;
      break;
    case "conversation_closed":
      end(talk, event.at);
      break;
    case "conversation_started":
    case "agent_assigned":
      break;
    default:
      talk.ignored++;
  }
  return facts;
}
