import * as words from "./words.ts";

/** A time of day with its seconds, as a message carries it: 20:01:50. */
export const exact = (at: number) => new Date(at).toTimeString().slice(0, 8);

/** When a stretch of talk began: 20:01 today, else 2025-11-10 20:01. */
export function when(at: number, now: number): string {
  // Swedes write dates as ISO does, in local time.
  const [day, today] = [at, now].map((each) => new Date(each).toLocaleDateString("sv"));
  const clock = exact(at).slice(0, 5);
  return day === today ? clock : `${day} ${clock}`;
}

/** A wait: tenths below ten seconds, seconds below a hundred, then minutes and seconds. */
export function lasted(ms: number): string {
  const s = ms / 1000;
  if (s < 100) return words.seconds(s < 10 ? (Math.floor(ms / 100) / 10).toFixed(1) : `${Math.floor(s)}`);
  return `${Math.floor(s / 60)}:${new Date(ms).toISOString().slice(17, 19)}`;
}
