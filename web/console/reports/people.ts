/** People or groups beside each other: one row each, one cell a caliber. */
import { betterWay } from "./figure";
import type { Caliber, FigureRow } from "./shapes";

export interface Person {
  /** As the filters name them; null for conversations that nobody had. */
  key: string | null;
  name: string;
  cells: ReadonlyMap<string, FigureRow>;
}

export function peopleOf(
  rows: readonly FigureRow[],
  by: "agent" | "group",
  names: Readonly<Record<string, string>>,
  nobody: string,
): Person[] {
  const found = new Map<string | null, Map<string, FigureRow>>();
  for (const row of rows) {
    const key = row.key[by];
    const cells = found.get(key) ?? new Map<string, FigureRow>();
    cells.set(row.caliber, row);
    found.set(key, cells);
  }
  return [...found].map(([key, cells]) => ({
    key,
    cells,
    name: key === null ? nobody : (names[key] ?? key),
  }));
}

export type Order = "worst" | "best" | "name";

/** Who has no figure stands last either way; equals stand by name. */
export function ranked(people: readonly Person[], caliber: Caliber | undefined, order: Order): Person[] {
  // Conversations that nobody had are no person to be ranked.
  const byName = (a: Person, b: Person): number => a.name.localeCompare(b.name);
  const nobodyLast = (a: Person, b: Person): number => Number(a.key === null) - Number(b.key === null);
  if (!caliber || order === "name") return [...people].sort((a, b) => nobodyLast(a, b) || byName(a, b));
  // What is neither better nor worse when larger begins with the largest.
  const way = (betterWay(caliber) || -1) * (order === "worst" ? 1 : -1);
  const value = (person: Person): number | null => person.cells.get(caliber.id)?.value ?? null;
  return [...people].sort((a, b) => {
    if (a.key === null || b.key === null) return nobodyLast(a, b);
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || byName(a, b);
    return (one - other) * way || byName(a, b);
  });
}

/** How long a bar is, in per cent of its cell: shares by themselves, the rest against the largest. */
export function barOf(caliber: Caliber, value: number | null, most: number): number {
  if (value === null) return 0;
  const full = caliber.kind === "rate" ? 100 : most;
  return full > 0 ? Math.round(Math.min(1, value / full) * 1000) / 10 : 0;
}
