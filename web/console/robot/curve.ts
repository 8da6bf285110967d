/** A curve of precision along coverage, read at even steps. */
import type { Trial } from "@/contract/rest";

type Point = NonNullable<Trial["labelled"]>["curve"][number];

const STEP = 5;
/** Per cent of the surest. */
export const along: readonly number[] = Array.from({ length: 100 / STEP }, (_, at) => (at + 1) * STEP);

/** Precision in per cent of the surest turns, at least so many; null where there is no point. */
export function percent(curve: readonly Point[]): (number | null)[] {
  return along.map((share) => {
    const point = curve.find(({ coverage }) => 100 * coverage >= share - 1e-6);
    return point ? Math.round(1000 * point.precision) / 10 : null;
  });
}
