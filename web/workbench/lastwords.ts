import type { Row } from "@/live/rows";
import { t } from "./say";

/** The last line of a conversation for the list: what stands before the words, and the words. */
export function lastWords(row: Row): { before: string; text: string } {
  const { last } = row;
  if (!last) return { before: "", text: "" };
  const text = last.text || placeholder(last.kind);
  if (last.by === "buyer") return { before: "", text };
  const seen = row.read_by_buyer >= row.position - 1 ? t("read") : t("unread");
  const who = last.by === "agent" ? t("me") : t("robot");
  return { before: `${seen} · ${who}: `, text };
}

function placeholder(kind: string): string {
  if (kind === "picture") return t("kind.picture");
  return kind === "product" ? t("kind.product") : t("recalledLine");
}
