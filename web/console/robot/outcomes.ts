import type { OutsideRobot } from "@/contract/rest";
import { t } from "./say";

type Delivery = OutsideRobot["deliveries"][number];
const OUTCOMES = ["answered", "asked_back", "handed_over", "late", "failed", "tested"] as const;
const FAILURES = ["unreadable", "private", "no_connection", "too_slow"] as const;

/** What came of a question, in words. */
export function outcome({ outcome, detail }: Delivery): string {
  const known = OUTCOMES.find((each) => each === outcome);
  if (known !== "failed") return known ? t(`outside.outcome.${known}`) : outcome;
  const status = /^answered (\d+)$/.exec(detail)?.[1];
  if (status) return t("outside.failed.status", { status });
  const why = FAILURES.find((each) => each === detail);
  return why ? t(`outside.failed.${why}`) : t("outside.outcome.failed");
}
