import { type Language, language } from "./words";

const two = (value: number): string => String(value).padStart(2, "0");

/** Below 100 s in seconds, then m:ss, then h:mm:ss. */
export function duration(ms: number, spoken: Language = language.value): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 100) return spoken === "zh" ? `${seconds} 秒` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** A mean: below 100 s with one decimal, above as `duration`. */
export function meanDuration(ms: number, spoken: Language = language.value): string {
  if (ms >= 100_000) return duration(ms, spoken);
  const seconds = (Math.round(ms / 100) / 10).toFixed(1);
  return spoken === "zh" ? `${seconds} 秒` : `${seconds} s`;
}

/** Of hours and days, for what nobody waits for by the second: 12 min, 2.6 h, 3.1 d. */
export function longDuration(ms: number, spoken: Language = language.value): string {
  const zh = spoken === "zh";
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} ${zh ? "分钟" : "min"}`;
  const hours = minutes / 60;
  if (hours < 48) return `${tenths(hours)} ${zh ? "小时" : "h"}`;
  return `${tenths(hours / 24)} ${zh ? "天" : "d"}`;
}

/** 2.6, and 24 rather than 24.0. */
function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A wait that is over: as `duration`, but below 100 s with tenths, rounded up: what is over 6 s never reads 6 s. */
export function exactDuration(ms: number, spoken: Language = language.value): string {
  if (ms >= 100_000) return duration(ms, spoken);
  const seconds = Math.ceil(Math.max(0, ms) / 100) / 10;
  return spoken === "zh" ? `${seconds} 秒` : `${seconds} s`;
}
