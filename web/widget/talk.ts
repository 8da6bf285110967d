/** What the desk has told this page, and the one function that takes it in. */
import type { BuyerFrame, BuyerWelcome, EventFrame } from "./contract.ts";

type EventOf<Type> = Extract<EventFrame, { type: Type }>;
type Served = Extract<BuyerFrame, { t: "served" }>;
export type Message = EventOf<"message_sent">;

/** A line of the log: events as they came, and that an agent is here now. */
export type Line =
  | Message
  | EventOf<"conversation_closed" | "conversation_rated">
  | (Served & { type: "served"; at: number });

/** The newest conversation, and the last position of it that this page has. */
export let current: string | null;
export let last: number;
export let closed: boolean;
export let agent: number | null;
export let place: number;
/** When the buyer was asked how it was; 0: not, or no more. */
export let asked: number;
/** The wait still to be expected there, in milliseconds; null: nobody knows. */
export let expected: number | null;
/** The buyer has seen everything of it up to this position. */
export let seen: number;
export let lines: Line[];
export let names: Record<string, string>;
/** What the agents have seen, by conversation. */
export let readUpTo: Record<string, number>;
export let recalled: Set<string>;
/** Frames of a kind this version does not know. */
export let ignored = 0;

/** As before anything was told: this is another buyer. */
export function forgetAll(): void {
  follow(null);
  end();
  lines = [];
  names = {};
  readUpTo = {};
  recalled = new Set();
}

/** The buyer has seen this position of a conversation, wherever that was. */
export function see(c: string | null, position: number): void {
  if (c === current) seen = Math.max(seen, position);
}

/** The part of a message's name that its author chose. */
export const ownPart = (message: string) => message.slice(message.indexOf(".") + 1);

/** Somebody's words to the buyer. */
export const theirs = (line: Line): line is Message =>
  line.type === "message_sent" && line.facts.by !== "buyer";

/** Words to the buyer in the newest conversation that they have not seen. */
export const unread = () =>
  lines.filter(theirs).filter(({ c, n, facts }) => c === current && n > seen && !recalled.has(facts.message));

/** Takes in one frame; answers the words to the buyer that it brought. */
export function apply(frame: BuyerFrame): Message[] {
  const before = lines.length;
  if (frame.t === "welcome") welcomed(frame);
  else if (frame.t === "event") happened(frame);
  else if (frame.t === "served") served(frame);
  else if (frame.t === "place") {
    ({ place, expected } = frame);
    if (place) agent = null;
  } else if (frame.t === "refused") {
    // Of all that may be refused only a rating names a conversation.
    if (frame.c) asked = 0;
  } else if (!["stored", "typing", "beat"].includes(frame.t)) ignored++;
  return lines.slice(before).filter(theirs);
}

/** From now on the newest conversation is this one. */
function follow(c: string | null) {
  if (c === current) return;
  current = c;
  last = seen = place = asked = 0;
  agent = null;
  closed = false;
}

function end() {
  closed = true;
  agent = null;
  place = 0;
}

function welcomed(frame: BuyerWelcome) {
  Object.assign(names, frame.names);
  frame.events.forEach(happened);
  // A place follows if there is one; who serves is named, though they may not have written yet.
  place = 0;
  for (const named of Object.keys(frame.names).map(Number))
    if (!lines.some((line) => theirs(line) && line.facts.agent === named)) agent = named;
  if (frame.closed) end();
  else follow(frame.conversation);
}

function served(frame: Served) {
  follow(frame.c);
  names[frame.agent] = frame.name;
  place = 0;
  if (agent !== frame.agent) lines.push({ ...frame, type: "served", at: Date.now() });
  agent = frame.agent;
}

function happened(event: EventFrame) {
  const { c, n, type, facts } = event;
  // A late word about a conversation that another has followed.
  if (c !== current && (type === "conversation_rated" || lines.some((line) => line.c === c))) return;
  follow(c);
  if (n <= last) return;
  last = n;
  if (type === "message_sent") said(event);
  else if (type === "message_recalled") recalled.add(facts.message);
  else if (type === "messages_read") {
    if (facts.by === "buyer") see(c, facts.up_to);
    else readUpTo[c] = facts.up_to;
  } else if (type === "rating_invited") asked = event.at;
  else if (type === "conversation_closed" || type === "conversation_rated") {
    lines.push(event);
    end();
    if (type === "conversation_rated") asked = 0;
  } else ignored++;
}

function said(event: Message) {
  const { facts } = event;
  lines.push(event);
  // Its words are gone: recalled or erased before this page asked.
  if (!event.body) recalled.add(facts.message);
  if (facts.by !== "agent") return;
  agent = facts.agent;
  readUpTo[event.c] = event.n;
}

forgetAll();
