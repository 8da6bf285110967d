import { count } from "@/kit/number";
import { language } from "@/kit/words";

const UNITS = ["B", "kB", "MB", "GB"];

/** 1.4 MB */
export function fileSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return `${count(Math.round(value * (value < 10 && power ? 10 : 1)) / (value < 10 && power ? 10 : 1))} ${UNITS[power]}`;
}

/** 2026-11-10 20:03:27 in a zone that need not be the shop's; empty where there is no such zone. */
export function inZone(at: number | null, zone: string): string {
  if (at === null) return "";
  try {
    return new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    }).format(at);
  } catch {
    return "";
  }
}

/** A stretch of seconds as people say it: 40 s, 3 min. */
export function roughly(seconds: number): string {
  const chinese = language.value === "zh";
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} ${chinese ? "秒" : "s"}`;
  return `${Math.round(seconds / 60)} ${chinese ? "分钟" : "min"}`;
}
