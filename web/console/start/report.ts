/** The report of a rehearsal, as `rehearsal/report.py` writes it; REST passes it on as it is. */

import { count } from "@/kit/number";

export interface Figure {
  key: string;
  label_zh: string;
  label_en: string;
  /** `null` is "no data". */
  value: number | null;
  unit: "" | "%" | "s";
  numerator?: number;
  denominator?: number;
}

export const FAULTS = [
  "lost",
  "doubled",
  "reordered",
  "altered",
  "undelivered",
  "unplayed",
  "unclosed",
] as const;

export interface Report {
  figures: Figure[];
  check: { sent: number; stored: number; passed: boolean } & Record<(typeof FAULTS)[number], number>;
  acknowledgement: { median_ms: number | null; p99_ms: number | null };
}

/** A figure as one reads it, with the decimals that the printed report has. */
export function reads(figure: Figure, none: string): string {
  if (figure.value === null) return none;
  if (figure.unit === "") return count(figure.value);
  return figure.unit === "%" ? `${figure.value.toFixed(2)}%` : `${figure.value.toFixed(2)} s`;
}
