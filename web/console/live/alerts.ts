/** What the alerts say and what ends them: no clock, no state. */
import type { AlertNow, Live, PersonNow, WaitingRow } from "@/contract/wire";
import { candidates } from "./board";

/** Who could take it at once: somebody of the group, ready and with room. */
export function helper(live: Live, row: WaitingRow): PersonNow | undefined {
  const found = candidates(live.people, row);
  return found.find((person) => person.waits.length < person.limit && person.groups.includes(row.group));
}

/** Since when the longest of its buyers waits. */
export function longestOf(alert: AlertNow): number | null {
  return alert.rows[0]?.since ?? null;
}

/** Those that nobody looks after yet. */
export function unheard(alerts: readonly AlertNow[]): AlertNow[] {
  return alerts.filter((alert) => alert.acknowledged_by === null);
}
