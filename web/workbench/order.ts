/**
 * In which order the list shows conversations, and why it sometimes does not (yet).
 *
 * Waiting for me: the longest wait on top, and below those what was handed on to me and not looked at, oldest first.
 * Waiting for the buyer: the latest words on top. The open conversation keeps the place it had when it was opened,
 * and a row that has just left keeps its own for the grey line.
 */
import { needsLook } from "@/live/handed";
import type { Row } from "@/live/rows";

export type Section = "waiting" | "resting";

interface Place {
  readonly section: Section;
  /** Below those whose buyers wait. */
  readonly below: boolean;
  readonly key: number;
}

export interface Pin extends Place {
  readonly c: string;
}

/** When each was handed on to me that I have not looked at. */
export type Handed = ReadonlyMap<string, number>;
const NONE: Handed = new Map();

export interface Arrangement {
  readonly waiting: readonly Row[];
  readonly resting: readonly Row[];
}

export const EMPTY: Arrangement = { waiting: [], resting: [] };

function placeOf(row: Row, handed: Handed): Place {
  const key = row.waiting_since ?? handed.get(row.c) ?? row.last?.at ?? row.started_at;
  return { section: needsLook(row, handed) ? "waiting" : "resting", below: row.waiting_since === null, key };
}

/** Where a row stands now, to be kept while it is open. */
export function pinOf(row: Row, handed: Handed = NONE): Pin {
  return { c: row.c, ...placeOf(row, handed) };
}

/** Rows in the order to show them. */
export function arranged(rows: Iterable<Row>, pin: Pin | null, handed: Handed = NONE): Arrangement {
  const places: Record<Section, (Place & { row: Row })[]> = { waiting: [], resting: [] };
  for (const row of rows) {
    const place = pin?.c === row.c ? pin : placeOf(row, handed);
    places[place.section].push({ ...place, row });
  }
  const byName = (a: Row, b: Row): number => (a.c < b.c ? -1 : 1);
  places.waiting.sort((a, b) => Number(a.below) - Number(b.below) || a.key - b.key || byName(a.row, b.row));
  places.resting.sort((a, b) => b.key - a.key || byName(a.row, b.row));
  return { waiting: places.waiting.map(({ row }) => row), resting: places.resting.map(({ row }) => row) };
}

/** What waits for me by the true order, whatever the screen shows. */
export function urgent(rows: Iterable<Row>, handed: Handed = NONE): readonly Row[] {
  return arranged(rows, null, handed).waiting;
}

/** The next (1) or previous (-1) of a circle; from outside it, its first or last. */
export function neighbour(circle: readonly string[], from: string | null, step: 1 | -1): string | null {
  if (circle.length === 0) return null;
  const at = from === null ? -1 : circle.indexOf(from);
  const next = at === -1 ? (step === 1 ? 0 : circle.length - 1) : at + step;
  return circle[(next + circle.length) % circle.length] ?? null;
}

/** Waiting conversations that a list standing still does not show as waiting. */
export function unseen(rows: Iterable<Row>, shown: Arrangement, handed: Handed = NONE): number {
  const there = new Set(shown.waiting.map((row) => row.c));
  return urgent(rows, handed).filter((row) => !there.has(row.c)).length;
}
