import type { Case } from "./shapes";

/** What names one row of an explanation in an address; the buyer last, because a buyer's name may hold anything. */
export function caseKey(found: Case): string {
  return [found.shop, found.start, found.session, found.buyer].join("|");
}

/** The address of the door that tells a conversation with the clock of this row. */
export function tellingOf(found: Case, caliber: string): `/api/reports/conversation?${string}` {
  const query = new URLSearchParams({
    shop: String(found.shop),
    session: found.session,
    buyer: found.buyer,
    caliber,
  });
  return `/api/reports/conversation?${query}`;
}
