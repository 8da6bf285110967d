import type { Log } from "@/live/logs";
import type { Row } from "@/live/rows";
import { t } from "./say";

/**
 * What the list shows of a conversation: who said it, and the words.
 *
 * While the buyer waits it is the buyer's question, whatever robots have said since.
 */
export function lastWords(row: Row, log: Log): { before: string; text: string } {
  const { last } = row;
  if (!last) return { before: "", text: "" };
  if (last.by !== "buyer" && row.waiting_since !== null) {
    const asked = log.findLast((e) => e.type === "message_sent" && e.facts.by === "buyer" && e.body !== null);
    if (asked?.type === "message_sent")
      return { before: "", text: asked.body?.text || placeholder(asked.facts.kind) };
  }
  const text = last.text || placeholder(last.kind);
  if (last.by === "buyer") return { before: "", text };
  const seen = row.read_by_buyer >= (lastSaid(log) ?? row.position) ? t("read") : t("unread");
  const who = last.by === "agent" ? t("me") : t("robot");
  return { before: `${seen} · ${who}: `, text };
}

function lastSaid(log: Log): number | undefined {
  return log.findLast((e) => e.type === "message_sent")?.n;
}

function placeholder(kind: string): string {
  if (kind === "picture") return t("kind.picture");
  return kind === "product" ? t("kind.product") : t("recalledLine");
}
