/** What can still be won of today's rate, as the desk tells it. */
import { percent } from "./number";

export interface Chance {
  readonly goal: "golden_six_human" | "within_30s" | "within_3min";
  readonly turns: number;
  /** When time runs out for the first of them. */
  readonly until: number;
  /** Today's rate, if all of them are answered in time. */
  readonly hits: number;
  readonly of: number;
  readonly conversations: readonly string[];
}

export interface Promised {
  readonly turns: number;
  readonly seconds: number;
  readonly rate: string;
}

/** The numbers of the sentence; `null` once no whole second is left, for who could still make it. */
export function promised(chance: Chance | null, now: number): Promised | null {
  const rate = chance && percent(chance);
  if (!chance || rate === null) return null;
  const seconds = Math.floor((chance.until - now) / 1000);
  return seconds < 1 ? null : { turns: chance.turns, seconds, rate: rate.toFixed(1) };
}
