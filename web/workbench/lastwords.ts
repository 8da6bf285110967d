import type { Log } from "@/live/logs";
import type { Row } from "@/live/rows";
import { t } from "./say";

/**
 * What the list shows of a conversation: who said it, and the words.
 *
 * While the buyer waits it is the buyer's question, whatever robots have said since. `nameOf` names a colleague.
 */
export function lastWords(
  row: Row,
  log: Log,
  nameOf: (agent: number) => string,
): { before: string; text: string } {
  const { last } = row;
  if (!last) return { before: "", text: "" };
  if (last.by !== "buyer" && row.waiting_since !== null) {
    const asked = log.findLast((e) => e.type === "message_sent" && e.facts.by === "buyer" && e.body !== null);
    if (asked?.type === "message_sent")
      return { before: "", text: asked.body?.text || placeholder(asked.facts.kind) };
  }
  const text = last.text || placeholder(last.kind);
  if (last.by === "buyer") return { before: "", text };
  const said = log.findLast((e) => e.type === "message_sent");
  const seen = row.read_by_buyer >= (said?.n ?? row.position) ? t("read") : t("unread");
  if (last.by !== "agent") return { before: `${seen} · ${t("robot")}: `, text };
  const writer = said?.type === "message_sent" ? said.facts.agent : null;
  if (writer === null) return { before: `${seen} · `, text };
  const who = row.mine && writer === row.agent ? t("me") : nameOf(writer);
  return { before: `${seen} · ${who}: `, text };
}

function placeholder(kind: string): string {
  if (kind === "picture") return t("kind.picture");
  return kind === "product" ? t("kind.product") : t("recalledLine");
}
