/** The suggestions over the composer: by what is being typed, or while nothing is, by what the buyer asked last. */
import { type ComputedRef, computed, onScopeDispose, type Ref, shallowRef, watch } from "vue";
import type { Log } from "@/live/logs";
import { NOTHING } from "@/live/logs";
import type { Bench } from "./bench";
import { campaignOf, useKnown } from "./known";
import { filled, missingIn, type Part, textIn, type Variable } from "./replies";
import type { Reply } from "./shapes";
import { clauseStart, type Ranked, ranker, SHOWN } from "./suggesting";

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
  readonly reply: Reply;
}

export interface Suggestions {
  readonly shown: ComputedRef<readonly Suggestion[]>;
  /** None of these until something else is written. */
  dismiss(): void;
  /** What stands before `caret` is no clause that somebody types. */
  inserted(caret: number): void;
}

export function useSuggestions(bench: Bench, caret: () => number): Suggestions {
  const known = useKnown(bench);
  const found: Ref<readonly Ranked[]> = shallowRef([]);
  const dismissed = shallowRef("");
  const clause = shallowRef(0);
  let from = 0;
  const c = computed(() => bench.open.value ?? "");
  const text = computed(() => bench.drafts.of(c.value)?.text ?? "");
  const log = computed(() => bench.desk.state.logs.get(c.value) ?? NOTHING);
  const asked = computed(() => askedIn(log.value));
  const made = computed(() => {
    const index = bench.stock.replies();
    return index?.state === "here" ? ranker(index.value) : null;
  });
  const waits = computed(() => bench.row.value?.waiting_since != null);

  function rank(): void {
    const at = caret();
    clause.value = clauseStart(text.value, at, from);
    const typed = text.value.slice(clause.value, at);
    const silent = made.value === null || (typed === "" && !waits.value);
    found.value = silent ? [] : (made.value?.rank(typed, asked.value, bench.row.value?.group ?? null) ?? []);
  }

  let timer = 0;
  watch([c, text, asked, made, waits], ([now], [before]) => {
    if (text.value === "" || now !== before) from = 0;
    clearTimeout(timer);
    timer = window.setTimeout(rank, AFTER_MS);
  });
  onScopeDispose(() => clearTimeout(timer));

  return {
    shown: computed(() => {
      if (dismissed.value === `${c.value} ${text.value}`) return [];
      return found.value
        .map((one) => suggestionOf(one, known.value, clause.value))
        .filter(({ words }) => !text.value.includes(words))
        .slice(0, SHOWN);
    }),
    dismiss() {
      dismissed.value = `${c.value} ${text.value}`;
    },
    inserted(at) {
      from = at;
    },
  };
}

function suggestionOf(one: Ranked, known: ReturnType<typeof useKnown>["value"], clause: number): Suggestion {
  const parts = filled(one.reply.text, { ...known, ...campaignOf(one.reply) });
  const words = textIn(parts);
  return {
    key: `reply ${one.reply.id}`,
    title: one.reply.title,
    parts,
    words,
    missing: missingIn(words),
    confidence: one.confidence,
    replaces: one.typed ? clause : null,
    reply: one.reply,
  };
}

/** The buyer's last turn, in one line; what robots said in between does not end it. */
export function askedIn(log: Log): string {
  const said: string[] = [];
  for (const event of log.toReversed()) {
    if (event.type !== "message_sent") continue;
    if (event.facts.by === "buyer") said.unshift(event.body?.text ?? "");
    else if (event.facts.by === "agent" && said.length > 0) break;
  }
  return said.join(" ").trim();
}
