/** A question being written: the form's own shape, and the way to and from what the door takes. */
import type { AnswerShown, QuestionShown, QuestionText } from "@/contract/rest";
import { instantOf, wallOf } from "@/kit/zoned";

export const NONE = 0;

export interface AnswerForm {
  kind: AnswerShown["kind"];
  language: "" | "zh" | "en";
  content: string;
}

export interface QuestionForm {
  title: string;
  /** One a line. */
  phrasings: string;
  answers: AnswerForm[];
  group: number;
  shops: number[];
  campaign: number;
  since: string;
  until: string;
}

const EMPTY: AnswerForm = { kind: "text", language: "", content: "" };

export function formOf(text: QuestionShown | null): QuestionForm {
  return {
    title: text?.title ?? "",
    phrasings: text?.phrasings.join("\n") ?? "",
    answers: text ? text.answers.map(answerOf) : [{ ...EMPTY }],
    group: text?.group ?? NONE,
    shops: [...(text?.shops ?? [])],
    campaign: text?.campaign ?? NONE,
    since: wall(text?.since),
    until: wall(text?.until),
  };
}

export const newAnswer = (): AnswerForm => ({ ...EMPTY });

const wall = (at: number | null | undefined): string => (at == null ? "" : wallOf(at));
const instant = (told: string): number | null => (told ? instantOf(told) : null);

function answerOf(answer: AnswerShown): AnswerForm {
  return { kind: answer.kind, language: answer.language ?? "", content: answer.content };
}

export const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What the door takes: empty answers are none. */
export function asked(form: QuestionForm): QuestionText {
  return {
    title: form.title.trim(),
    phrasings: lines(form.phrasings),
    answers: form.answers
      .filter(({ kind, content }) => kind === "order" || content.trim())
      .map(({ kind, language, content }) => ({ kind, language: language || null, content })),
    group: form.group || null,
    shops: form.shops,
    campaign: form.campaign || null,
    since: instant(form.since),
    until: instant(form.until),
  };
}

/** The messages for a buyer of a language; those of the other one where there are no others. */
export function answersIn(text: QuestionText, language: "zh" | "en"): NonNullable<QuestionText["answers"]> {
  const all = text.answers ?? [];
  const own = all.filter((answer) => !answer.language || answer.language === language);
  return own.length ? own : all;
}

export interface Part {
  readonly text: string;
  readonly filled: boolean;
}

/** A text in parts, each variable filled with what stands for it. */
export function parts(text: string, values: Readonly<Record<string, string>>): Part[] {
  return text
    .split(/(\{[^{}\n]{1,40}\})/)
    .filter(Boolean)
    .map((part) => {
      const value = values[part.slice(1, -1)];
      return part.startsWith("{") && value !== undefined
        ? { text: value, filled: true }
        : { text: part, filled: false };
    });
}
