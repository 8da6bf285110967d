/** What the connection is, as the screen says it. */
import { OFFLINE_MS, RECONNECTING_MS } from "./socket";

export type LinkState = "connecting" | "live" | "reconnecting" | "offline" | "not_allowed";

/** A check that comes this late says that the page slept, not that the server did. */
export const LATE_CHECK_MS = 2_500;

/** The state after so much silence; `before` stays while the page itself was asleep. */
export function linkAfter(silence: number, before: LinkState, sinceLastCheck: number): LinkState {
  if (before === "not_allowed") return before;
  if (silence < RECONNECTING_MS) return before === "connecting" ? "connecting" : before;
  if (before === "live" && sinceLastCheck > LATE_CHECK_MS) return before;
  return silence < OFFLINE_MS ? "reconnecting" : "offline";
}
