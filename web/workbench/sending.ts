/** What stands in the composer becomes messages, or says why it cannot yet. */
import { serverNow } from "@/kit/ticker";
import { NOTHING } from "@/live/logs";
import type { Attached } from "./attached";
import type { Bench } from "./bench";
import { recallable } from "./lines";
import { missingIn, type Variable } from "./replies";

export const MOST_CHARACTERS = 4_000;
export const COUNTED_FROM = 3_500;

/** Characters as the server counts them: an emoji is one. */
export function characters(text: string): number {
  return text.length < COUNTED_FROM ? text.length : [...text].length;
}

export type Obstacle = { why: "missing"; variable: Variable } | { why: "too_long" } | null;

export function obstacle(text: string): Obstacle {
  const variable = missingIn(text)[0];
  if (variable) return { why: "missing", variable };
  return characters(text) > MOST_CHARACTERS ? { why: "too_long" } : null;
}

/**
 * Send the pictures and the words of a conversation's composer, in this order. False: something is in the way.
 *
 * `offered`: which of the robot's suggestions the words were made of.
 */
export function sendFrom(bench: Bench, attached: Attached, c: string, offered: number | null): boolean {
  const draft = bench.drafts.of(c);
  const text = draft?.text.trim() ?? "";
  if (obstacle(text)) return false;
  for (const file of attached.take(c)) void bench.desk.say(c, { file });
  if (draft && text !== "") void bench.drafts.sent(c, bench.desk.say(c, { text, offered }, draft.id));
  else bench.drafts.forget(c);
  return true;
}

/** Take back my newest message of the last two minutes. False: there is none. */
export function recallLast(bench: Bench, c: string): boolean {
  const log = bench.desk.state.logs.get(c) ?? NOTHING;
  const message = recallable(log, bench.me.account.id, serverNow());
  return message !== null && bench.desk.tell({ t: "recall", c, message });
}
