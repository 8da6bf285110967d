/** Between instants and what the shop's wall clock shows, as a datetime-local field has it. */
import { shopZone } from "./time";

function wallMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
}

/** 2026-11-11T20:00 on the wall clock. */
export function wallOf(at: number, zone = shopZone() || "UTC"): string {
  return new Date(wallMs(at, zone)).toISOString().slice(0, 16);
}

/** The instant at which the wall clock shows this; of an hour that comes twice the first, of one that is skipped the one after. */
export function instantOf(wall: string, zone = shopZone() || "UTC"): number {
  const shown = Date.parse(`${wall}Z`);
  const before = shown - (wallMs(shown - 86_400_000, zone) - (shown - 86_400_000));
  const after = shown - (wallMs(shown + 86_400_000, zone) - (shown + 86_400_000));
  const fits = [before, after].filter((at) => wallMs(at, zone) === shown);
  return fits.length > 0 ? Math.min(...fits) : Math.max(before, after);
}
