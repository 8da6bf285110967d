/** The suggestions over the composer: by what is being typed, or while nothing is, by what the buyer asked last. */
import { type ComputedRef, computed, onScopeDispose, shallowRef, watch } from "vue";
import { NOTHING } from "@/live/logs";
import type { Bench } from "./bench";
import { campaignOf, useKnown } from "./known";
import { askedIn, decisionIn, offersIn } from "./offers";
import { filled, type Known, missingIn, type Part, textIn, type Variable } from "./replies";
import type { Reply } from "./shapes";
import { clauseStart, isEnough, LEAST, type Ranker, ranker, SHOWN } from "./suggesting";

/** Keys struck faster than this are read together. */
const AFTER_MS = 60;

export interface Suggestion {
  readonly key: string;
  readonly title: string;
  readonly parts: readonly Part[];
  /** Its words, filled as far as they can be. */
  readonly words: string;
  readonly missing: readonly Variable[];
  readonly confidence: number;
  /** Where in the draft the clause begins that led to it; null: it goes where the caret is. */
  readonly replaces: number | null;
  /** Null: an answer of the question bank. */
  readonly reply: Reply | null;
  /** Which of the robot's suggestions for this turn it is, from 1; 0: none of them. */
  readonly offer: number;
}

export interface Suggestions {
  readonly shown: ComputedRef<readonly Suggestion[]>;
  /** None of these until something else is written. */
  dismiss(): void;
  /** Whether any of the robot's own for the turn of now was on screen. */
  showedOffers(): boolean;
  /** What stands before `caret` is no clause that somebody types. */
  inserted(caret: number): void;
}

type Found = Omit<Suggestion, "parts" | "words" | "missing" | "replaces"> & { text: string; typed: boolean };

export function useSuggestions(bench: Bench, caret: () => number): Suggestions {
  const known = useKnown(bench);
  const found = shallowRef<readonly Found[]>([]);
  const dismissed = shallowRef("");
  const clause = shallowRef(0);
  /** The draft up to the end of what was inserted last. */
  let settled = "";
  let timer = 0;
  const { state } = bench.desk;
  const c = computed(() => bench.open.value ?? "");
  const text = computed(() => bench.drafts.of(c.value)?.text ?? "");
  const log = computed(() => state.logs.get(c.value) ?? NOTHING);
  const made = computed(() => {
    const index = bench.stock.replies();
    return index?.state === "here" ? ranker(index.value) : null;
  });
  const waits = computed(() => bench.row.value?.waiting_since != null);

  function rank(): void {
    const from = text.value.startsWith(settled) ? settled.length : 0;
    clause.value = clauseStart(text.value, caret(), from);
    const typed = text.value.slice(clause.value, caret());
    const silent = typed === "" && !waits.value;
    found.value = silent || !made.value ? [] : everything(made.value, typed);
  }

  function everything(by: Ranker, typed: string): Found[] {
    const asked = askedIn(log.value);
    const replies = by.rank(typed, asked, bench.row.value?.group ?? null).map((one): Found => {
      const { id, title, text } = one.reply;
      return { key: `reply ${id}`, title, text, offer: 0, ...one };
    });
    const offers = offersIn(log.value).map(({ title, answer, confidence }, at): Found => {
      const sure = by.sure(typed, `${title} ${answer}`, confidence);
      return { key: `offer ${at}`, title, text: answer, reply: null, offer: at + 1, ...sure };
    });
    const worded = offers.filter(({ text }) => text !== "");
    return [...worded, ...banks(by, typed, asked), ...replies].sort((a, b) => b.confidence - a.confidence);
  }

  /** Questions that the bank has for what is being typed. */
  function banks(by: Ranker, typed: string, asked: string): Found[] {
    const told = state.suggested;
    if (told?.c !== c.value || told.typed !== typed) return [];
    return told.questions.map(({ title, answer }, at) => {
      const before = by.sure(asked, title, 0).confidence;
      return {
        key: `bank ${at}`,
        title,
        text: answer,
        reply: null,
        offer: 0,
        ...by.sure(typed, `${title} ${answer}`, before),
      };
    });
  }

  function ask(): void {
    rank();
    const typed = text.value.slice(clause.value, caret());
    if (isEnough(typed)) bench.desk.tell({ t: "suggest", c: c.value, typed });
  }

  watch([c, text, log, made, waits], ([now], [before]) => {
    if (text.value === "" || now !== before) settled = "";
    clearTimeout(timer);
    timer = window.setTimeout(ask, AFTER_MS);
  });
  watch(() => state.suggested, rank);
  onScopeDispose(() => clearTimeout(timer));

  const shown = computed(() => {
    if (dismissed.value === `${c.value} ${text.value}`) return [];
    const all = found.value.filter(({ confidence, offer }) => confidence >= LEAST || offer > 0);
    const told = all.map((one) => suggestionOf(one, known.value(one.text), clause.value));
    return told.filter((one, at) => isNews(one, told.slice(0, at), text.value)).slice(0, SHOWN);
  });
  const turn = computed(() => `${c.value} ${decisionIn(log.value)}`);
  let offered = "";
  watch(shown, (now) => {
    if (now.some(({ offer }) => offer > 0)) offered = turn.value;
  });

  return {
    shown,
    showedOffers: () => offered === turn.value,
    dismiss() {
      dismissed.value = `${c.value} ${text.value}`;
    },
    inserted(at) {
      settled = text.value.slice(0, at);
    },
  };
}

/** What stands in the draft, or in a surer suggestion, is none. */
function isNews({ words }: Suggestion, before: readonly Suggestion[], draft: string): boolean {
  return !draft.includes(words) && before.every((one) => one.words !== words);
}

function suggestionOf(one: Found, known: Known, clause: number): Suggestion {
  const parts = filled(one.text, { ...known, ...(one.reply ? campaignOf(one.reply) : {}) });
  const words = textIn(parts);
  const { key, title, confidence, reply, offer } = one;
  return {
    ...{ key, title, confidence, reply, offer, parts, words },
    missing: missingIn(words),
    replaces: one.typed ? clause : null,
  };
}
