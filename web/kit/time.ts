import { shallowRef } from "vue";
import { locale } from "./words";

/** The shop's zone, whose clock every figure and shift follows; set once the session is known. */
const zone = shallowRef<string>();
const formats = new Map<string, Intl.DateTimeFormat>();

export function useZone(name: string | undefined): void {
  zone.value = name;
}

/** Shown once a page, so that nobody takes the shop's clock for their own. */
export function shopZone(): string {
  return zone.value ?? "";
}

function formatted(at: number, options: Intl.DateTimeFormatOptions, timeZone = zone.value): string {
  const key = JSON.stringify([locale(), timeZone, options]);
  const format =
    formats.get(key) ?? new Intl.DateTimeFormat(locale(), { timeZone, hourCycle: "h23", ...options });
  formats.set(key, format);
  return format.format(at);
}

/** 20:03:27 on the shop's clock, or on another zone's. */
export function clockTime(at: number, timeZone?: string): string {
  return formatted(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" }, timeZone);
}

/** 11-10 20:03, for lists whose days are known to be of one year or so. */
export function dayAndMinute(at: number, timeZone?: string): string {
  const minute = formatted(at, { hour: "2-digit", minute: "2-digit" }, timeZone);
  return `${day(at, timeZone).slice(5)} ${minute}`;
}

function day(at: number, timeZone?: string): string {
  const written = formatted(at, { year: "numeric", month: "2-digit", day: "2-digit" }, timeZone);
  const parts = written.match(/\d+/g) ?? [];
  const [first = "", second = "", third = ""] = parts;
  return first.length === 4 ? `${first}-${second}-${third}` : `${third}-${first}-${second}`;
}

/** Today 20:03:27, else 11-10 20:03, else 2025-11-10. */
export function when(at: number, now: number): string {
  const [then, today] = [day(at), day(now)];
  if (then === today) return clockTime(at);
  const minute = formatted(at, { hour: "2-digit", minute: "2-digit" });
  return then.slice(0, 4) === today.slice(0, 4) ? `${then.slice(5)} ${minute}` : then;
}
