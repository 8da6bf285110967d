import { bubble, productCard } from "./bubble.ts";
import * as chat from "./chat.ts";
import { compose, submit } from "./composer.ts";
import { pictureAddress } from "./desk.ts";
import { button, div } from "./element.ts";
import { second } from "./later.ts";
import { hold } from "./log.ts";
import * as page from "./page.ts";
import * as talk from "./talk.ts";
import { exact, lasted, when } from "./time.ts";
import { type Unsent, unsent } from "./unsent.ts";
import * as words from "./words.ts";

/** A silence after which the log says the time again. */
const STRETCH = 1_800_000;
const RATABLE = 86_400_000;

/** A node stays as long as it shows the same: nothing on screen jumps, and no picture loads twice. */
const kept = new Map<string, { node: HTMLElement; shows: unknown }>();
/** How many lines stand above the product and the questions: those that were there when they were put there. */
let above = 0;
let moment: unknown;

function keep(key: string, shows: unknown, make: () => HTMLElement): HTMLElement {
  const old = kept.get(key);
  if (old && old.shows === shows) return old.node;
  const node = make();
  old?.node.replaceWith(node);
  kept.set(key, { node, shows });
  return node;
}

const note = (key: string, text: string) => keep(key, text, () => div("note", text));
const meta = (key: string, text: string, ...buttons: (HTMLElement | false)[]) =>
  keep(`meta.${key}`, text + buttons.map(Boolean), () => div("meta", text, ...buttons));

/** The nodes of the log, in order. */
export function threadNodes(): HTMLElement[] {
  const nodes = greeting();
  let before = 0;
  let asked = 0;
  placeStart();
  talk.lines.forEach((line, index) => {
    if (index === above) nodes.push(...start());
    if (line.at - before > STRETCH) nodes.push(note(`at.${line.at}`, when(line.at, chat.now())));
    before = line.at;
    if (line.type === "message_sent") {
      nodes.push(message(line, asked));
      if (line.facts.by === "buyer") asked = line.at;
    } else {
      nodes.push(note(`${line.c}.${line.at}`, noted(line)));
      if (line.c === talk.current && line.type !== "served") nodes.push(...rating());
    }
  });
  if (above >= talk.lines.length) nodes.push(...start());
  return [...nodes, ...unsent().map(unsentNode), ...standing(), ...ending()];
}

const noted = (line: Exclude<talk.Line, talk.Message>) =>
  line.type === "served"
    ? words.served(line.name, line.waited ? lasted(line.waited) : "")
    : line.type === "conversation_closed"
      ? words.CLOSED
      : words.THANKS;

/** Asked for in place, as long as the desk takes it. */
function rating(): HTMLElement[] {
  if (!second || chat.now() - talk.asked > RATABLE) return [];
  const { ratingCard } = second;
  const card = () => ratingCard({ language: page.language, give: chat.rate, grown: hold });
  return [keep(`rate.${talk.current}`, 0, card)];
}

export const nameOf = (agent: number | null) => talk.names[agent ?? ""] ?? words.AGENT;

/** The shop's own first words, before anybody wrote. */
function greeting(): HTMLElement[] {
  const text = chat.shop?.greeting[page.language];
  return text ? [keep("hi", text, () => bubble("robot", { text }, meta("hi", words.ROBOT)))] : [];
}

function placeStart() {
  const idle = talk.closed && unsent().length === 0;
  const now = idle ? talk.lines.length : `${page.productHere()}${chat.met}`;
  if (now !== moment) above = talk.lines.length;
  moment = now;
}

/** The product of the page, and the shop's questions. */
function start(): HTMLElement[] {
  const product = page.productHere();
  const questions = chat.shop?.questions ?? [];
  const card = keep("card", product, () =>
    div("start", product ? productCard(product, () => submit({ product })) : null),
  );
  const chips = keep("chips", chat.shop, () =>
    div(
      "start chips",
      ...questions
        .slice(0, 4)
        .map(({ group, [page.language]: text }) => button("chip", () => submit({ text, group }), text)),
    ),
  );
  return [card, chips];
}

/** `asked` is when the buyer last wrote before it. */
function message(line: talk.Message, asked: number): HTMLElement {
  const { facts, body, at, c, n } = line;
  const { by, agent } = facts;
  const own = by === "buyer";
  const side = own ? "own" : by === "agent" ? "" : "robot";
  const key = own ? talk.ownPart(facts.message) : facts.message;
  if (!body || talk.recalled.has(facts.message)) return note(key, words.RECALLED);
  // A robot that asks which of some questions is meant names one a line.
  const [text, ...choices] = body.text.split(facts.kind === "choice" ? "\n" : "\0") as [string];
  const wait = asked ? ` · ${lasted(Math.max(100, at - asked))}` : "";
  const read = n > (talk.readUpTo[c] ?? 0) ? words.SENT : words.READ;
  const recall =
    own && chat.recallable(line) && button("word", () => chat.recall(facts.message), words.RECALL);
  const beneath = meta(
    key,
    own ? `${exact(at)} ${read}` : side ? words.ROBOT + body.name + wait : `${nameOf(agent)} · ${exact(at)}`,
    recall,
    div("chips", ...choices.map((text) => button("chip", () => submit({ text }), text))),
  );
  const picture = body.picture && { ...body.picture, src: pictureAddress(body.picture.id) };
  return keep(key, facts.kind, () => bubble(side, { ...body, text, picture }, beneath, nameOf(agent)));
}

function unsentNode(message: Unsent): HTMLElement {
  const { id, failed, text = "", product = 0, picture } = message;
  const beneath = failed === undefined ? meta(id, words.SENDING) : failedMeta(message, failed);
  const shown = picture && { ...picture, src: picture.data ?? pictureAddress(picture.id ?? "") };
  // The same kind as the stored message will have: its node then stays.
  const kind = product ? "product" : picture ? "picture" : "text";
  const node = keep(id, kind, () => bubble("own", { text, product, picture: shown }, beneath));
  node.classList.toggle("failed", failed !== undefined);
  return node;
}

const failedMeta = ({ id, text }: Unsent, why: string) =>
  meta(
    id,
    `${words.NOT_SENT} ${why}`,
    button("word", () => chat.sayAgain(id), words.RETRY),
    button(
      "word",
      () => {
        chat.takeBack(id);
        if (text) compose(text);
      },
      words.TAKE_BACK,
    ),
  );

function standing(): HTMLElement[] {
  const stood = chat.standing;
  if (!second || !stood.place) return [];
  const { placeCard } = second;
  const more = talk.expected ? `≈ ${lasted(talk.expected)}` : words.WRITE_ON;
  return [keep("place", stood, () => placeCard(page.language, stood.place, stood.back, more))];
}

const ending = () =>
  chat.endsAt
    ? [keep("ending", 0, () => div("note", words.ENDING, button("word", chat.undoEnd, words.UNDO)))]
    : [];
