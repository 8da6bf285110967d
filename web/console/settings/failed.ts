/** Why something was not delivered, in words. */
import { t } from "./say";

const KINDS = ["unreadable", "private", "no_connection", "refused", "gone", "too_slow", "answered"] as const;

export function failure(said: string): string {
  const [kind, status = ""] = said.split(" ");
  const known = KINDS.find((each) => each === kind);
  return known ? t(`failed.${known}`, { status }) : said;
}
