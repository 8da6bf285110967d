/** Figures as they are shown: to the digit as the export has them. A figure that is not there is never a number. */
import { count } from "@/kit/number";
import { locale } from "@/kit/words";
import { named, t } from "./say";
import type { Caliber, Compared, FigureRow, Sense } from "./shapes";

const fixed = (value: number, decimals: number): string =>
  value.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** The number alone: percent and seconds with two decimals, counts whole. */
export function digits(caliber: Caliber, value: number): string {
  return caliber.kind === "count" ? count(value) : fixed(value, 2);
}

/** 91.82%, 24.60 s, 1,204, or that there is nothing. */
export function shown(caliber: Caliber, value: number | null | undefined): string {
  if (value === null || value === undefined) return t("noData");
  if (caliber.kind === "count") return digits(caliber, value);
  return caliber.kind === "seconds"
    ? t("seconds", { seconds: digits(caliber, value) })
    : `${digits(caliber, value)}%`;
}

const SINGLE = new Set(["median", "percentile", "fastest", "queue_max", "max_concurrent"]);

/** Numerator and denominator as one text; only how many there were for what is no quotient. */
export function fraction(caliber: Caliber, row: { num: number; den: number }): string {
  if (row.den === 0) return "";
  if (caliber.kind === "count") return "";
  if (SINGLE.has(caliber.measure)) return t("ofMany", { count: row.den });
  const num = caliber.kind === "seconds" ? t("seconds", { seconds: fixed(row.num, 0) }) : count(row.num);
  return `${num} / ${count(row.den)}`;
}

const UPWARDS: readonly Sense[] = ["at_least", "above"];
const MORE_IS_BETTER = new Set([
  "within",
  "answered",
  "answer_ratio",
  "satisfaction",
  "invite_rate",
  "participation_rate",
  "conversion_order",
  "conversion_paid",
]);
const LESS_IS_BETTER = new Set([
  "late",
  "mean",
  "median",
  "percentile",
  "fastest",
  "unanswered",
  "waiting_over",
  "skew",
  "slow",
  "long_sessions",
  "leave_rate",
  "no_service_rate",
  "queue_mean",
  "queue_max",
  "abandon_rate",
  "refund_speed",
  "ticket_first_reply",
]);

/** +1 where more is better, -1 where less is, 0 where a change is neither. */
export function betterWay(caliber: Caliber): 1 | -1 | 0 {
  if (caliber.target) return UPWARDS.includes(caliber.target.sense) ? 1 : -1;
  if (MORE_IS_BETTER.has(caliber.measure)) return 1;
  return LESS_IS_BETTER.has(caliber.measure) ? -1 : 0;
}

export interface Change {
  /** Rounded as the two figures are. */
  by: number;
  good: boolean | null;
}

/** Against the other figure; nothing if either is missing. */
export function changeOf(
  caliber: Caliber,
  row: { value: number | null; vs: Compared | null },
): Change | null {
  if (row.value === null || !row.vs || row.vs.value === null) return null;
  const by = Math.round((row.value - row.vs.value) * 100) / 100;
  const way = betterWay(caliber);
  return { by, good: by === 0 || way === 0 ? null : by > 0 === way > 0 };
}

/** 2.90 points, 3.10 s, 12: without sign, which is the arrow's. */
export function changeText(caliber: Caliber, change: Change): string {
  const size = digits(caliber, Math.abs(change.by));
  return caliber.kind === "seconds" ? t("seconds", { seconds: size }) : size;
}

const SIGNS: Record<Sense, string> = { at_least: "≥", at_most: "≤", above: ">", below: "<" };

/** ≥ 95%, < 30 s. */
export function targetText(caliber: Caliber): string {
  if (!caliber.target) return "";
  const { sense, value } = caliber.target;
  const number = value.toLocaleString(locale());
  const limit =
    caliber.kind === "seconds"
      ? t("seconds", { seconds: number })
      : caliber.kind === "count"
        ? number
        : `${number}%`;
  return `${SIGNS[sense]}${limit}`;
}

/** Reasons with how many each, the most first. */
export function reasonsOf(
  leftOut: Readonly<Record<string, number>>,
): { reason: string; many: number; text: string }[] {
  return Object.entries(leftOut)
    .filter(([, many]) => many > 0)
    .map(([reason, many]) => ({ reason, many, text: named("out", reason) }))
    .sort((a, b) => b.many - a.many || a.reason.localeCompare(b.reason));
}

export interface Trend {
  /** One an instant of the range, in order; null without data. */
  values: (number | null)[];
  vs: (number | null)[];
}

/** Each caliber's values along days or hours; what the server does not mention has no data. */
export function trendsOf(
  rows: readonly FigureRow[],
  places: readonly (string | number)[],
): Map<string, Trend> {
  const index = new Map(places.map((place, at) => [place, at]));
  const found = new Map<string, Trend>();
  for (const row of rows) {
    const at = index.get(row.key.day ?? row.key.hour ?? "");
    if (at === undefined) continue;
    const trend = found.get(row.caliber) ?? { values: places.map(() => null), vs: places.map(() => null) };
    trend.values[at] = row.value;
    trend.vs[at] = row.vs?.value ?? null;
    found.set(row.caliber, trend);
  }
  return found;
}
