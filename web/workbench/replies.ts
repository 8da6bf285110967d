/** Quick replies: found while typing, filled with what is known, and honest about what is missing. */
import type { Reply } from "./shapes";

export interface Found {
  readonly reply: Reply;
  /** What of `code` and `title` the query met: [from, to). */
  readonly code: readonly [number, number] | null;
  readonly title: readonly [number, number] | null;
  readonly text: readonly [number, number] | null;
}

interface Indexed {
  readonly reply: Reply;
  readonly code: string;
  readonly initials: string;
  readonly pinyin: string;
  readonly title: string;
  readonly text: string;
}

export type Index = readonly Indexed[];

/** Lower case once, not at every key. */
export function indexed(replies: readonly Reply[]): Index {
  return replies.map((reply) => ({
    reply,
    code: reply.code.toLowerCase(),
    initials: reply.initials.toLowerCase(),
    pinyin: reply.pinyin.toLowerCase(),
    title: reply.title.toLowerCase(),
    text: reply.text.toLowerCase(),
  }));
}

/** Best first: by code, by initials, by title or its pinyin, by any part of those, by the words themselves. */
function rank(entry: Indexed, query: string): number {
  if (entry.code === query) return 0;
  if (entry.code.startsWith(query)) return 1;
  if (entry.initials.startsWith(query)) return 2;
  if (entry.title.startsWith(query) || entry.pinyin.startsWith(query)) return 3;
  if (entry.code.includes(query) || entry.initials.includes(query) || entry.title.includes(query)) return 4;
  if (entry.pinyin.includes(query)) return 5;
  return entry.text.includes(query) ? 6 : -1;
}

/** As many as there are keys to pick them: who wants another types one letter more. */
const SHOWN = 9;

export interface Search {
  readonly found: readonly Found[];
  /** How many there are in all. */
  readonly total: number;
}

export const NONE_FOUND: Search = { found: [], total: 0 };

/** The best replies for a query; of equal rank, those of `group` before the others. */
export function search(index: Index, query: string, group: number | null): Search {
  const wanted = query.toLowerCase();
  const ranked: { entry: Indexed; rank: number }[] = [];
  for (const entry of index) {
    const place = wanted === "" ? 1 : rank(entry, wanted);
    if (place >= 0) ranked.push({ entry, rank: place * 2 + (entry.reply.group === group ? 0 : 1) });
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.entry.code < b.entry.code ? -1 : 1));
  const found = ranked.slice(0, SHOWN).map(({ entry }) => marked(entry, wanted));
  return { found, total: ranked.length };
}

function marked(entry: Indexed, query: string): Found {
  const met = (text: string): readonly [number, number] | null => {
    const at = query === "" ? -1 : text.indexOf(query);
    return at < 0 ? null : [at, at + query.length];
  };
  return { reply: entry.reply, code: met(entry.code), title: titleMark(entry, query), text: met(entry.text) };
}

/** Where the title was met; by initials it is the letters that they stand for. */
function titleMark(entry: Indexed, query: string): readonly [number, number] | null {
  if (query === "") return null;
  const straight = entry.title.indexOf(query);
  if (straight >= 0) return [straight, straight + query.length];
  const letters = [...entry.title]
    .map((letter, at) => ({ letter, at }))
    .filter(({ letter }) => /[\p{L}\p{N}]/u.test(letter));
  const at = entry.initials.indexOf(query);
  if (at < 0 || letters.length !== entry.initials.length) return null;
  const [first, last] = [letters[at], letters[at + query.length - 1]];
  return first && last ? [first.at, last.at + 1] : null;
}

export const VARIABLES = [
  "agent",
  "shop",
  "buyer",
  "order",
  "order.number",
  "order.status",
  "order.product",
  "order.price",
  "campaign",
  "event",
] as const;
export type Variable = (typeof VARIABLES)[number];
export type Known = Readonly<Record<Variable, string | null>>;

export interface Part {
  readonly text: string;
  /** Set where the text is a variable's. */
  readonly variable: Variable | null;
  readonly missing: boolean;
}

const SLOTS = /\{(agent|shop|buyer|order(?:\.(?:number|status|product|price))?|campaign|event)\}/g;
/** The first variable of a text. */
export const SLOT = new RegExp(SLOTS.source);

/** A reply's text in parts, each variable filled or said to be missing. */
export function filled(text: string, known: Known): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const slot of text.matchAll(SLOTS)) {
    if (slot.index > from) parts.push({ text: text.slice(from, slot.index), variable: null, missing: false });
    const variable = slot[1] as Variable;
    const value = known[variable];
    parts.push({ text: value ?? slot[0], variable, missing: value === null });
    from = slot.index + slot[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), variable: null, missing: false });
  return parts;
}

export function textIn(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join("");
}

/** Variables that still stand in a text about to be sent, each once. */
export function missingIn(text: string): Variable[] {
  return [...new Set([...text.matchAll(SLOTS)].map((slot) => slot[1] as Variable))];
}

/** The place of the "/" that opens the palette before the caret, and what was typed after it. */
export interface Slash {
  readonly at: number;
  readonly query: string;
}

/** A slash inside a word, an address or a date opens nothing. */
export function opensPalette(text: string, at: number): boolean {
  return !/[A-Za-z0-9/:.]/.test(text[at - 1] ?? "");
}

/** What the palette searches for while the caret is behind the slash at `at`; null: it is over. */
export function slashAt(text: string, at: number, caret: number): Slash | null {
  const query = text.slice(at + 1, caret);
  if (caret <= at || !SLASHES.includes(text[at] ?? "") || /\s/.test(query) || query.length > 24) return null;
  return { at, query };
}

/** The slash key writes another sign under some input methods. */
export const SLASHES: readonly string[] = ["/", "、", "／"];
