/** Calendar days as `YYYY-MM-DD`: no zone, no clock. Weeks and months are the calendar's. */

const DAY_MS = 86_400_000;
const SHAPE = /^\d{4}-\d{2}-\d{2}$/;

export interface Range {
  from: string;
  to: string;
}

export const PRESETS = ["today", "yesterday", "week", "month30", "thisMonth", "lastMonth"] as const;
export type Preset = (typeof PRESETS)[number];

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const written = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** True for a day that the calendar has. */
export function isDay(text: string): boolean {
  return SHAPE.test(text) && !Number.isNaN(at(text)) && written(at(text)) === text;
}

export function plus(day: string, days: number): string {
  return written(at(day) + days * DAY_MS);
}

/** How many days, both ends counting. */
export function length({ from, to }: Range): number {
  return Math.round((at(to) - at(from)) / DAY_MS) + 1;
}

export function daysOf({ from, to }: Range): string[] {
  return Array.from({ length: Math.max(0, length({ from, to })) }, (_, index) => plus(from, index));
}

/** As many days, just before. */
export function before(range: Range): Range {
  return { from: plus(range.from, -length(range)), to: plus(range.from, -1) };
}

export function rangeOf(preset: Preset, today: string): Range {
  const first = `${today.slice(0, 7)}-01`;
  switch (preset) {
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return { from: plus(today, -1), to: plus(today, -1) };
    case "week":
      return { from: plus(today, -6), to: today };
    case "month30":
      return { from: plus(today, -29), to: today };
    case "thisMonth":
      return { from: first, to: today };
    case "lastMonth":
      return { from: `${plus(first, -1).slice(0, 7)}-01`, to: plus(first, -1) };
  }
}

export function presetOf(range: Range, today: string): Preset | undefined {
  return PRESETS.find((preset) => {
    const found = rangeOf(preset, today);
    return found.from === range.from && found.to === range.to;
  });
}

/** Today on the clock of a zone. */
export function todayIn(zone: string, now: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(now);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** 2026-11-01 to 11-11: what both ends share is said once. */
export function short(range: Range): { from: string; to: string } {
  return range.from.slice(0, 4) === range.to.slice(0, 4)
    ? { from: range.from, to: range.to.slice(5) }
    : { from: range.from, to: range.to };
}
