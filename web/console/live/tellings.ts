/** Who was called for an alert, by what way and with what result, in words. */
import type { AlertNow, Live } from "@/contract/wire";
import { useDesk } from "@/live/use";
import { t } from "../say";

type Telling = AlertNow["tellings"][number];

export function useTellings(live: () => Live) {
  const desk = useDesk();

  function nameOf(account: number | null): string {
    const person = live().people.find((each) => each.id === account);
    return person?.name ?? desk.state.colleagues.get(account ?? 0)?.name ?? "";
  }
  function said(telling: Telling): string {
    const name = telling.way === "sender" ? telling.sender : nameOf(telling.account);
    const whom = t(`alerts.way.${telling.way}`, { name });
    if (telling.told === "sent") return whom;
    return `${whom} ${t(telling.told === "quiet" ? "alerts.quiet" : "alerts.failed")}`;
  }
  function toldOf(alert: AlertNow): string {
    if (alert.tellings.length === 0) return t("alerts.toldNobody");
    return t("alerts.told", { whom: alert.tellings.map(said).join(t("comma")) });
  }
  return { nameOf, toldOf };
}
