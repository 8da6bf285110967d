import type { BuyerFrame, BuyerWelcome, EventFrame } from "./contract.ts";

type EventOf<Type> = Extract<EventFrame, { type: Type }>;
type Served = Extract<BuyerFrame, { t: "served" }>;
export type Message = EventOf<"message_sent">;

/** A line of the log: events as they came, and that an agent is here now. */
export type Line =
  | Message
  | EventOf<"conversation_closed">
  | (Served & { type: "served"; at: number; n: number });

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
  /** The buyer has seen everything of `c` up to this position. */
  seen: number;
  /** What the agents have seen, by conversation. */
  read: Record<string, number>;
  recalled: Set<string>;
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
  read: {},
  recalled: new Set(),
  ignored: 0,
});

/** The part of a message's name that its author chose. */
export const ownPart = (message: string) => message.slice(message.indexOf(".") + 1);

/** Somebody's words to the buyer. */
export const theirs = (line: Line): line is Message =>
  line.type === "message_sent" && line.facts.by !== "buyer";

/** Words to the buyer in the newest conversation that they have not seen. */
export const unread = ({ lines, c, seen, recalled }: Talk) =>
  lines.filter((line) => theirs(line) && line.c === c && line.n > seen && !recalled.has(line.facts.message));

/** Applies one frame; answers the words to the buyer that it brought. */
export function apply(talk: Talk, frame: BuyerFrame): Message[] {
  const before = talk.lines.length;
  if (frame.t === "welcome") welcomed(talk, frame);
  else if (frame.t === "event") happened(talk, frame);
  else if (frame.t === "served") served(talk, frame);
  else if (frame.t === "place") talk.place = frame.place;
  else ignore(talk, ["stored", "refused", "typing", "beat"], frame.t);
  return talk.lines.slice(before).filter(theirs);
}

function ignore(talk: Talk, known: string[], kind: string) {
  if (!known.includes(kind)) talk.ignored++;
}

function welcomed(talk: Talk, { conversation, closed, events, names }: BuyerWelcome) {
  Object.assign(talk.names, names);
  for (const event of events) happened(talk, event);
  // A place follows if there is one; who serves is named, though they may not have written yet.
  talk.place = 0;
  for (const agent of Object.keys(names).map(Number))
    if (!talk.lines.some((line) => theirs(line) && line.facts.agent === agent)) talk.agent = agent;
  talk.closed = closed;
  if (closed) talk.agent = null;
  else if (conversation) follow(talk, conversation);
}

function served(talk: Talk, frame: Served) {
  follow(talk, frame.c);
  talk.names[frame.agent] = frame.name;
  talk.place = 0;
  if (talk.agent === frame.agent) return;
  talk.agent = frame.agent;
  talk.lines.push({ ...frame, type: "served", at: Date.now(), n: 0 });
}

/** From now on the newest conversation is this one. */
function follow(talk: Talk, c: string) {
  if (c !== talk.c) Object.assign(talk, { c, last: 0, seen: 0, agent: null, place: 0, closed: false });
}

function happened(talk: Talk, event: EventFrame) {
  // A late word about a conversation that another has followed.
  if (event.c !== talk.c && talk.lines.some(({ c }) => c === event.c)) return;
  follow(talk, event.c);
  if (event.n <= talk.last) return;
  talk.last = event.n;
  if (event.type === "message_sent") said(talk, event);
  else if (event.type === "message_recalled") talk.recalled.add(event.facts.message);
  else if (event.type === "messages_read") looked(talk, event);
  else if (event.type === "conversation_closed") ended(talk, event);
  else ignore(talk, ["conversation_started", "agent_assigned"], event.type);
}

function said(talk: Talk, event: Message) {
  talk.lines.push(event);
  // Its words are gone: recalled or erased before this page asked.
  if (!event.body) talk.recalled.add(event.facts.message);
  if (event.facts.by !== "agent") return;
  talk.agent = event.facts.agent;
  talk.read[event.c] = event.n;
}

function looked(talk: Talk, { c, facts }: EventOf<"messages_read">) {
  if (facts.by === "buyer") talk.seen = Math.max(talk.seen, facts.up_to);
  else talk.read[c] = facts.up_to;
}

function ended(talk: Talk, event: EventOf<"conversation_closed">) {
  talk.lines.push(event);
  talk.closed = true;
  talk.agent = null;
  talk.place = 0;
}
