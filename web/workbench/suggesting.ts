/**
 * Which quick replies go with what is being typed and with what the buyer asked, at every key and in the page.
 *
 * A reply is known by its single characters, its pairs of characters and its words; rare ones tell most. How sure a
 * suggestion is, is the share of what was written that the reply has too.
 */
import type { Index } from "./replies";
import type { Reply } from "./shapes";

export interface Ranked {
  readonly reply: Reply;
  /** 0 to 1. */
  readonly confidence: number;
  /** What is being typed led to it, not only what the buyer asked. */
  readonly typed: boolean;
}

export interface Ranker {
  rank(typed: string, asked: string, group: number | null): readonly Ranked[];
  /** How sure a text is that is none of the replies, and how sure it was by itself. */
  sure(typed: string, text: string, before: number): Pick<Ranked, "confidence" | "typed">;
}

export const SHOWN = 3;
/** Less sure than this, nothing is suggested. */
export const LEAST = 0.3;
/** What the typed words count beside the buyer's. */
const TYPED = 0.7;
/** Characters of a buyer's turn that are read: more says nothing new, and costs at every key. */
const READ = 80;
/** From so much of what is typed on, it led to the reply. */
const LED = 0.5;

export function ranker(index: Index): Ranker {
  const postings = new Map<string, number[]>();
  index.forEach(({ title, text, code }, place) => {
    for (const gram of new Set(grams(`${code} ${title} ${text}`))) {
      const found = postings.get(gram);
      if (found) found.push(place);
      else postings.set(gram, [place]);
    }
  });
  const rarity = (count: number): number => Math.log(1 + (index.length + 0.5) / (count + 0.5));
  const unknown = rarity(0);
  let askedFor = "";
  let askedShares = new Float32Array(index.length);

  function shares(words: string): Float32Array<ArrayBuffer> {
    const met = new Float32Array(index.length);
    let whole = 0;
    for (const gram of new Set(grams(words.slice(0, READ)))) {
      const places = postings.get(gram);
      const worth = places ? rarity(places.length) : unknown;
      whole += worth;
      for (const place of places ?? []) met[place] = (met[place] ?? 0) + worth;
    }
    return whole > 0 ? met.map((each) => each / whole) : met;
  }

  function shareOf(words: string, text: string): number {
    const there = new Set(grams(text));
    let [met, whole] = [0, 0];
    for (const gram of new Set(grams(words.slice(0, READ)))) {
      const worth = rarity(postings.get(gram)?.length ?? 0);
      whole += worth;
      if (there.has(gram)) met += worth;
    }
    return whole > 0 ? met / whole : 0;
  }

  return {
    sure(typed, text, before) {
      if (!isEnough(typed)) return { confidence: before, typed: false };
      const own = shareOf(typed, text);
      return { confidence: TYPED * own + (1 - TYPED) * before, typed: own >= LED };
    },
    rank(typed, asked, group) {
      if (asked !== askedFor) [askedFor, askedShares] = [asked, shares(asked)];
      const byTyping = isEnough(typed) ? shares(typed) : null;
      const found: Ranked[] = [];
      index.forEach(({ reply }, place) => {
        const [own, theirs] = [byTyping?.[place] ?? 0, askedShares[place] ?? 0];
        const confidence = byTyping ? TYPED * own + (1 - TYPED) * theirs : theirs;
        if (confidence >= LEAST) found.push({ reply, confidence, typed: own >= LED });
      });
      const ours = (one: Ranked): number => (one.reply.group === group ? 1 : 0);
      return found.sort((a, b) => b.confidence - a.confidence || ours(b) - ours(a)).slice(0, SHOWN);
    },
  };
}

/** One sign says nothing yet. */
export function isEnough(typed: string): boolean {
  return /\p{Script=Han}.*\p{Script=Han}|[a-z0-9]{3}/iu.test(typed);
}

const WORDS = /[\p{Script=Han}]+|[\p{L}\p{N}]+/gu;
const LATIN_LEAST = 3;

/** Chinese: characters and pairs of them. Others: words, and what they begin with, since the last one is being typed. */
function grams(text: string): string[] {
  const runs = [...text.normalize("NFKC").toLowerCase().matchAll(WORDS)].map(([run]) => run);
  return runs.flatMap((run) => (/\p{Script=Han}/u.test(run) ? ofSigns([...run]) : beginnings(run)));
}

function ofSigns(signs: readonly string[]): string[] {
  return signs.flatMap((sign, at) => (at > 0 ? [sign, `${signs[at - 1]}${sign}`] : [sign]));
}

function beginnings(word: string): string[] {
  const longer = Math.max(0, word.length - LATIN_LEAST);
  return Array.from({ length: longer + 1 }, (_, more) => word.slice(0, LATIN_LEAST + more));
}

const ENDS = /[，。！？；、!?;\n]|[.,:：]\s/gu;

/** Where the clause that is being typed begins; what was inserted up to `from` belongs to none. */
export function clauseStart(text: string, caret: number, from: number): number {
  const before = text.slice(0, caret);
  const ended = [...before.matchAll(ENDS)].at(-1);
  const start = Math.max(Math.min(from, caret), ended ? ended.index + ended[0].length : 0);
  return start + (/^\s*/.exec(before.slice(start))?.[0].length ?? 0);
}
