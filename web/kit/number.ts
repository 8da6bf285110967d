import { locale } from "./words";

/** 3914 as 3,914. */
export function count(value: number): string {
  return value.toLocaleString(locale());
}

/** A share as shown, in per cent with one decimal; `null` is "no data", never 0 or 100. */
export function percent(rate: { readonly hits: number; readonly of: number }): number | null {
  return rate.of === 0 ? null : Math.round((rate.hits / rate.of) * 1000) / 10;
}
