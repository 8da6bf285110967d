/** The cumulative distribution on a logarithmic axis of seconds. */

export const SECONDS = [1, 3, 10, 60, 600] as const;
/** Where limits stand: golden, JD's, three minutes. */
export const LINES = [6, 30, 180] as const;
const [FIRST, LAST] = [1, 600];

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
  height: number;
}

type Points = readonly (readonly [seconds: number, share: number])[];

const clamped = (seconds: number): number => Math.min(Math.max(seconds, FIRST), LAST);
const tenth = (value: number): number => Math.round(value * 10) / 10;

export function xOf(seconds: number, box: Box): number {
  const along = Math.log(clamped(seconds) / FIRST) / Math.log(LAST / FIRST);
  return tenth(box.left + along * (box.width - box.left - box.right));
}

/** Per cent answered within so many seconds: the last point that is not later. */
export function shareAt(points: Points, seconds: number): number {
  return points.filter(([at]) => at <= seconds).at(-1)?.[1] ?? 0;
}

/** From where the axis of shares begins so that the golden line still has something below it, and its ticks. */
export function axis(curves: readonly Points[]): { low: number; ticks: number[] } {
  const least = Math.min(100, ...curves.map((points) => shareAt(points, 3)));
  const low = Math.min(80, Math.max(0, Math.floor(least / 20) * 20));
  const step = low >= 60 ? 20 : low >= 20 ? 20 : 25;
  const ticks = Array.from({ length: Math.floor((100 - low) / step) + 1 }, (_, index) => low + index * step);
  return { low, ticks };
}

/** The steps of a distribution: flat until the next answer came. Shares below `low` are not drawn. */
export function pathOf(points: Points, box: Box, low: number): string {
  const y = (share: number): number => {
    const height = box.height - box.top - box.bottom;
    return tenth(box.top + ((100 - Math.max(share, low)) / (100 - low)) * height);
  };
  const inside = points.filter(([seconds]) => seconds <= LAST);
  const begin = `M${xOf(FIRST, box)} ${y(shareAt(points, FIRST))}`;
  const steps = inside
    .filter(([seconds]) => seconds > FIRST)
    .map(([at, share]) => `L${xOf(at, box)} ${y(share)}`);
  return [begin, ...steps, `L${xOf(LAST, box)} ${y(shareAt(points, LAST))}`].join("");
}
