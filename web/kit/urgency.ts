/** How bad a wait is: the one ramp that chips, rows, buckets and charts share. */
export type Urgency = "golden" | "due" | "slow" | "over";

/** Every edge of the default ramp is inside its step: a wait of exactly 6.000 s is still golden. */
export const GOLDEN_MS = 6_000;

/** The edges of a group judged by another target keep the proportions of 6, 30 and 180 s. */
export function edges(targetMs = GOLDEN_MS): { golden: number; due: number; slow: number } {
  return { golden: targetMs, due: targetMs * 5, slow: targetMs * 30 };
}

export function urgency(waitMs: number, targetMs = GOLDEN_MS): Urgency {
  const edge = edges(targetMs);
  if (waitMs <= edge.golden) return "golden";
  if (waitMs <= edge.due) return "due";
  return waitMs <= edge.slow ? "slow" : "over";
}

/** Segments of the hexagon still lit, 6 to 0, and the seconds its digit shows. */
export function countdown(waitMs: number, targetMs = GOLDEN_MS): { segments: number; seconds: number } {
  const left = Math.min(Math.max(targetMs - waitMs, 0), targetMs);
  return { segments: Math.ceil((left / targetMs) * 6), seconds: Math.ceil(left / 1000) };
}

/** Width in pixels of the coloured edge of a row. */
export const EDGE_WIDTH: Record<Urgency, number> = { golden: 3, due: 3, slow: 5, over: 7 };
