import { Refusal } from "@/kit/ask";
import { t } from "./say";
import zh from "./words/zh.json";

/** One sentence for what went wrong: the server's own, or that it was out of reach, or until when to wait. */
export function reason(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.code === "unreachable") return t("error.unreachable");
  if (error.status === 429) return t("error.tooMany", { seconds: Math.max(error.retryAfter, 1) });
  return named(error.message) || t("error.unnamed", { code: error.code });
}

/** The field that a sentence begins with, by the name that people know it by. */
function named(message: string): string {
  return message.replace(/^([a-z_]+)( ?)/, (whole, field: string, space: string) => {
    const key = `field.${field}`;
    if (!(key in zh)) return whole;
    const name = t(key as keyof typeof zh);
    return /[a-z]$/.test(name) ? name + space : name;
  });
}
