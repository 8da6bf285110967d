import { serverNow } from "@/kit/ticker";
import { when } from "@/kit/time";

/** The local day of an instant, by the shop's zone: the same name for all of it. */
export function dayOf(at: number): string {
  const stamp = when(at, serverNow());
  return stamp.includes(":") && !stamp.includes("-") ? "today" : (stamp.split(" ")[0] ?? stamp);
}

/** What a day's stamp says: its date; today's needs none. */
export function dayShown(at: number): string {
  const day = dayOf(at);
  return day === "today" ? "" : day;
}
