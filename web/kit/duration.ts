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

/** A wait that is over: as `duration`, but below 100 s with tenths, rounded up: what is over 6 s never reads 6 s. */
export function exactDuration(ms: number, spoken: Language = language.value): string {
  if (ms >= 100_000) return duration(ms, spoken);
  const seconds = Math.ceil(Math.max(0, ms) / 100) / 10;
  return spoken === "zh" ? `${seconds} 秒` : `${seconds} s`;
}
