import { Refusal } from "@/kit/ask";
import { t } from "./say";

/** One sentence for what went wrong: the server's own, or that it was out of reach, or until when to wait. */
export function reason(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.code === "unreachable") return t("error.unreachable");
  if (error.status === 429) return t("error.tooMany", { seconds: Math.max(error.retryAfter, 1) });
  return error.message || t("error.unnamed", { code: error.code });
}
