/**
 * In which order the list shows conversations, and why it sometimes does not (yet).
 *
 * Waiting for me: the longest wait on top. Waiting for the buyer: the latest words on top. The open conversation
 * keeps the place it had when it was opened, and a row that has just left keeps its own for the grey line.
 */
import type { Row } from "@/live/rows";

export type Section = "waiting" | "resting";

export interface Pin {
  readonly c: string;
  readonly section: Section;
  readonly key: number;
}

export interface Arrangement {
  readonly waiting: readonly Row[];
  readonly resting: readonly Row[];
}

export const EMPTY: Arrangement = { waiting: [], resting: [] };

export function sectionOf(row: Row): Section {
  return row.waiting_since === null ? "resting" : "waiting";
}

function keyOf(row: Row): number {
  return row.waiting_since ?? row.last?.at ?? row.started_at;
}

/** Where a row stands now, to be kept while it is open. */
export function pinOf(row: Row): Pin {
  return { c: row.c, section: sectionOf(row), key: keyOf(row) };
}

/** Rows in the order to show them. */
export function arranged(rows: Iterable<Row>, pin: Pin | null): Arrangement {
  const places: Record<Section, { row: Row; key: number }[]> = { waiting: [], resting: [] };
  for (const row of rows) {
    const pinned = pin?.c === row.c ? pin : null;
    places[pinned?.section ?? sectionOf(row)].push({ row, key: pinned?.key ?? keyOf(row) });
  }
  const byName = (a: Row, b: Row): number => (a.c < b.c ? -1 : 1);
  places.waiting.sort((a, b) => a.key - b.key || byName(a.row, b.row));
  places.resting.sort((a, b) => b.key - a.key || byName(a.row, b.row));
  return { waiting: places.waiting.map(({ row }) => row), resting: places.resting.map(({ row }) => row) };
}

/** Who waits for me by the true order, whatever the screen shows. */
export function urgent(rows: Iterable<Row>): readonly Row[] {
  return arranged(rows, null).waiting;
}

/** The next (1) or previous (-1) of a circle; from outside it, its first or last. */
export function neighbour(circle: readonly string[], from: string | null, step: 1 | -1): string | null {
  if (circle.length === 0) return null;
  const at = from === null ? -1 : circle.indexOf(from);
  const next = at === -1 ? (step === 1 ? 0 : circle.length - 1) : at + step;
  return circle[(next + circle.length) % circle.length] ?? null;
}

/** Waiting conversations that a list standing still does not show as waiting. */
export function unseen(rows: Iterable<Row>, shown: Arrangement): number {
  const there = new Set(shown.waiting.map((row) => row.c));
  return urgent(rows).filter((row) => !there.has(row.c)).length;
}
