import type { BuyerFrame, BuyerHello, BuyerRate, EventFrame, ShopWindow, Visitor } from "./contract.ts";
import { ask, type Declined, shopWindow, visitor as visit } from "./desk.ts";
import { arrived, fetchSecond } from "./later.ts";
import { follow, forget, read, write } from "./memory.ts";
import * as page from "./page.ts";
import { hangUpIfQuiet, open, send } from "./socket.ts";
import { nowhere, step } from "./standing.ts";
import * as talk from "./talk.ts";
import { add, change, done, followUnsent, recallUnsent, UNSENT, type Unsent, unsent } from "./unsent.ts";
import { BLOCKED } from "./words.ts";

const RECALL_WITHIN = 120_000;
const TYPING_EACH = 2000;
const TYPING_SHOWN = 4000;
/** How long an end may be undone; and a shorter gap in the connection is not worth a word. */
const MOMENT = 5000;

/** The buyer's side of the desk, without a screen. */
export let shop: ShopWindow | null = null;
export let standing = nowhere;
/** When the conversation ends unless the buyer undoes it; 0: it does not. */
export let endsAt = 0;

let changed: () => void;
let answered: (messages: talk.Message[]) => void;
let visitor: Visitor | null = null;
let ready = false;
/** The conversation's past has been told. */
export let met = false;
let skew = 0;
let told = 0;
let typedAt = 0;
let typingAt = 0;
let lostAt = 0;
let uploading = false;
/** What this connection has carried: each message goes once, and the desk knows it by its id. */
const carried = new Set<string>();

/** `answered` hears new words to the buyer, from people and robots; `changed` that anything is to be painted. */
export function begin(paint: () => void, hear: (messages: talk.Message[]) => void): void {
  changed = paint;
  answered = hear;
  shop = read("shop");
  recallUnsent();
  follow(followed);
  // A buyer who has written hears of answers while the window is closed; a passer-by costs no socket.
  if (begun()) start();
  void dress();
}

/** By the desk's clock. */
export const now = () => Date.now() + skew;

/** Connecting takes long enough to say so. */
export const late = () => !ready && Date.now() - lostAt > MOMENT;

/** The agent's hands are busy. */
export const typing = () => Date.now() - typingAt < TYPING_SHOWN;

export function start(): void {
  if (lostAt) return;
  lostAt = Date.now();
  void open({ address: `${page.desk.replace("http", "ws")}/ws/buyer`, hello, heard, closed });
  setInterval(tick, 1000);
}

export function say(said: Omit<Unsent, "id" | "at">): void {
  add(said);
  endsAt = 0;
  start();
  sendUnsent();
}

export function sayAgain(id: string): void {
  carried.delete(id);
  change(id, { failed: undefined });
  sendUnsent();
}

export function takeBack(id: string): void {
  done(id);
  changed();
}

/** A message may be taken back by its author for two minutes. */
export const recallable = ({ c, at }: talk.Message) =>
  c === talk.current && !talk.closed && now() - at < RECALL_WITHIN;

export function recall(message: string): void {
  send({ t: "recall", message });
}

export function rate(said: Pick<BuyerRate, "score" | "reasons">): void {
  if (talk.current) send({ t: "rate", c: talk.current, ...said });
}

/** The buyer struck a key. */
export function struck(): void {
  if (talk.closed || Date.now() - typedAt < TYPING_EACH) return;
  typedAt = Date.now();
  send({ t: "typing" });
}

/** The buyer has the newest line before their eyes. */
export function look(): void {
  const newest = talk.unread().pop();
  if (!newest) return;
  talk.see(newest.c, newest.n);
  write("seen", [newest.c, newest.n]);
}

/** Ends the conversation, unless undone in time. */
export function end(): void {
  endsAt = Date.now() + MOMENT;
  changed();
}

export function undoEnd(): void {
  endsAt = 0;
  changed();
}

const begun = () => read("c") || unsent().length > 0;

/** The shop's settings: from memory at once, then as they are. */
async function dress() {
  shop = await shopWindow().catch(() => shop);
  write("shop", shop);
  changed();
}

/** What is due by the clock, once a second. */
function tick() {
  hangUpIfQuiet();
  standing = step(standing, talk.place, Date.now());
  if (ready && !talk.closed && talk.seen > told) {
    told = talk.seen;
    send({ t: "read", up_to: told });
  }
  if (endsAt && Date.now() > endsAt) {
    endsAt = 0;
    send({ t: "close" });
  }
  changed();
}

async function hello(): Promise<BuyerHello> {
  visitor ??= await identify();
  return {
    t: "hello",
    token: visitor.token,
    conversation: talk.current ?? read("c"),
    after: talk.last,
    channel: page.full ? "page" : "widget",
    language: page.language,
  };
}

/** Asked once by each page, and when the desk does not know the visitor any more. */
async function identify(): Promise<Visitor> {
  const known = read<Visitor>("visitor");
  const met = await visit(known?.token);
  if (known?.buyer !== met.buyer) {
    talk.forgetAll();
    forget("c");
  }
  write("visitor", met);
  return met;
}

function closed(code: number) {
  if (ready) lostAt = Date.now();
  ready = false;
  carried.clear();
  if (code === 4401) visitor = null;
  changed();
}

function heard(frames: BuyerFrame[]) {
  const arrived: talk.Message[] = [];
  for (const frame of frames) {
    const messages = talk.apply(frame);
    if (messages.length > 0) typingAt = 0;
    if (met) arrived.push(...messages);
    note(frame);
  }
  write("c", talk.current);
  if (arrived.length > 0) answered(arrived);
  standing = step(standing, talk.place, Date.now());
  changed();
}

function note(frame: BuyerFrame) {
  if (frame.t === "welcome") welcomed(frame.events);
  if (frame.t === "event") confirm(frame);
  if (frame.t === "stored") done(frame.id);
  // Without an id nothing of the buyer is lost: what was asked for had become impossible a moment before.
  // Too fast: it is kept, and the next beat sends it again. Anything else the buyer decides.
  if (frame.t === "refused" && frame.id)
    frame.code === "too_fast"
      ? carried.delete(frame.id)
      : change(frame.id, { failed: frame.code === "blocked" ? BLOCKED : "" });
  if (frame.t === "typing") typingAt = Date.now();
  if (frame.t === "beat" || frame.t === "welcome") {
    skew = frame.now - Date.now();
    sendUnsent();
  }
}

function welcomed(events: readonly EventFrame[]) {
  ready = met = true;
  told = 0;
  events.forEach(confirm);
  remember();
}

function confirm(event: EventFrame) {
  if (event.type === "message_sent" && event.facts.by === "buyer") done(talk.ownPart(event.facts.message));
}

/** Sends what is unsent, in order. */
function sendUnsent() {
  changed();
  if (!ready) return;
  for (const { id, text = "", picture, product = null, group = null, failed } of unsent()) {
    if (failed !== undefined || carried.has(id)) continue;
    // What was written after a picture waits for it: messages keep their order.
    if (picture?.data) return carry(id, picture.data);
    send({ t: "say", id, text, picture: picture?.id ?? null, product, group, page: location.href });
    carried.add(id);
  }
}

function carry(id: string, data: string) {
  if (uploading || !visitor) return;
  uploading = true;
  const { token } = visitor;
  fetchSecond();
  arrived
    .then(({ upload }) => upload(ask, token, data))
    .then(
      (picture) => change(id, { picture }),
      ({ status, message = "" }: Partial<Declined>) => change(id, { failed: status ? message : "" }),
    )
    .finally(() => {
      uploading = false;
      sendUnsent();
    });
}

/** What another tab of this buyer did. */
function followed(name: string) {
  if (name.startsWith(UNSENT)) followUnsent(name);
  if (name === "seen") remember();
  if (begun()) start();
  changed();
}

function remember() {
  const seen = read<[string, number]>("seen");
  if (seen) talk.see(...seen);
}
