/** Where the buyer stands in the queue, as shown. */
export interface Standing {
  place: number;
  /** Further back than shown before: the buyer is told why. */
  back: boolean;
  at: number;
}

export const nowhere: Standing = { place: 0, back: false, at: 0 };

const CALM = 5000;

/** What to show now: a place changes at most every 5 s, but leaving the queue shows at once. */
export function step(shown: Standing, place: number, now: number): Standing {
  const tooSoon = shown.place > 0 && place > 0 && now - shown.at < CALM;
  if (place === shown.place || tooSoon) return shown;
  return { place, back: shown.place > 0 && place > shown.place, at: now };
}
