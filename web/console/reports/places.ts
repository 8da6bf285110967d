/** The instants along a trend: days, or hours of the day. */
import { daysOf, type Range } from "./days";
import { t } from "./say";

export type Step = "day" | "hour";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** One day is shown by its hours, more by day, unless the address says which. */
export function stepOf(kept: string, range: Range): Step {
  if (kept === "day" || kept === "hour") return kept;
  return range.from === range.to ? "hour" : "day";
}

export const placesOf = (step: Step, range: Range): (string | number)[] =>
  step === "hour" ? HOURS : daysOf(range);

/** 11-10, or 20:00; a range over the turn of a year names the year. */
export function placeText(place: string | number, range: Range): string {
  if (typeof place === "number") return t("hourOf", { hour: String(place) });
  return range.from.slice(0, 4) === range.to.slice(0, 4) ? place.slice(5) : place;
}
