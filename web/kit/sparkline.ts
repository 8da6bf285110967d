export interface Spark {
  /** `points` of a polyline, one a stretch without gaps. */
  lines: string[];
  /** A value that stands alone between two gaps, and the last of all. */
  dots: { x: number; y: number }[];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The values spread over `width`, the lowest at the bottom of `height`; a value that never moves lies in the middle. */
export function sparkline(values: readonly (number | null)[], width: number, height: number): Spark {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { lines: [], dots: [] };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (place: number): number =>
    values.length === 1 ? width / 2 : (place / (values.length - 1)) * width;
  const y = (value: number): number =>
    high === low ? height / 2 : height - ((value - low) / (high - low)) * height;
  const stretches: { x: number; y: number }[][] = [[]];
  for (const [place, value] of values.entries()) {
    if (value === null) stretches.push([]);
    else stretches.at(-1)?.push({ x: tenth(x(place)), y: tenth(y(value)) });
  }
  const drawn = stretches.filter((stretch) => stretch.length > 0);
  const last = drawn.at(-1)?.at(-1);
  const alone = drawn.filter((stretch) => stretch.length === 1).flat();
  return {
    lines: drawn
      .filter((stretch) => stretch.length > 1)
      .map((stretch) => stretch.map((point) => `${point.x},${point.y}`).join(" ")),
    dots: last && !alone.includes(last) ? [...alone, last] : alone,
  };
}
