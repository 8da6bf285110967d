/** The filters of every report, as the address bar carries them: always the same names in the same order. */
import { isDay, length, plus, type Range, rangeOf } from "./days";
import type { Sources } from "./shapes";

export const NAMES = ["shop", "group", "agent", "from", "to", "vs", "caliber"] as const;
export type FilterName = (typeof NAMES)[number];
/** Empty where nothing was chosen. */
export type Filters = Readonly<Record<FilterName, string>>;

/** Longer ranges are cut at their end: a slip of the hand must not ask for a century. */
const LONGEST_DAYS = 731;

type Query = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "string" ? one : "";
};

export function filtersOf(query: Query): Filters {
  return Object.fromEntries(NAMES.map((name) => [name, text(query[name])])) as Filters;
}

/** The query of an address: filters in their order, then whatever else the page keeps there; nothing empty. */
export function queryOf(filters: Filters, rest: Query = {}): Record<string, string> {
  const others = Object.entries(rest).filter(([name]) => !NAMES.includes(name as FilterName));
  const all = [...NAMES.map((name) => [name, filters[name]] as const), ...others];
  return Object.fromEntries(all.map(([name, value]) => [name, text(value)]).filter(([, value]) => value));
}

/** The first and last day with anything in them, of one shop or of all. */
export function daysWithData(sources: Sources, shop = ""): Range | undefined {
  const shops = sources.shops.filter((each) => !shop || String(each.number) === shop);
  const first = shops.flatMap((each) => each.first_day ?? []).sort()[0];
  const last = shops
    .flatMap((each) => each.last_day ?? [])
    .sort()
    .at(-1);
  return first && last ? { from: first, to: last } : undefined;
}

/** The days asked for, else those that hold data, at most the last thirty of them. */
export function rangeIn(filters: Filters, sources: Sources, today: string): Range {
  const { from, to } = filters;
  if (isDay(from) && isDay(to) && from <= to) {
    return { from, to: length({ from, to }) > LONGEST_DAYS ? plus(from, LONGEST_DAYS - 1) : to };
  }
  const known = daysWithData(sources, filters.shop);
  if (!known) return rangeOf("week", today);
  const last = known.to < today ? known.to : today;
  const earliest = rangeOf("month30", last).from;
  return { from: [earliest, known.from].sort()[1] ?? earliest, to: last };
}

export type Versus =
  | { kind: "none" }
  | { kind: "previous" }
  | { kind: "range"; range: Range }
  | { kind: "benchmark"; name: string };

const BENCHMARK = "benchmark:";

/** Nothing said compares with as many days just before. */
export function versusOf(vs: string): Versus {
  if (vs === "none") return { kind: "none" };
  if (vs.startsWith(BENCHMARK)) return { kind: "benchmark", name: vs.slice(BENCHMARK.length) };
  const [from = "", to = ""] = vs.split("..");
  if (isDay(from) && isDay(to) && from <= to) return { kind: "range", range: { from, to } };
  return { kind: "previous" };
}

export function vsOf(versus: Versus): string {
  switch (versus.kind) {
    case "none":
      return "none";
    case "previous":
      return "";
    case "range":
      return `${versus.range.from}..${versus.range.to}`;
    case "benchmark":
      return `${BENCHMARK}${versus.name}`;
  }
}

/** The query of a report door: the same filters with the days written out, then what only this door takes. */
export function asked(
  filters: Filters,
  range: Range,
  more: Readonly<Record<string, string | number>> = {},
): string {
  const versus = versusOf(filters.vs);
  const vs = versus.kind === "none" ? "" : versus.kind === "previous" ? "previous" : vsOf(versus);
  const caliber = String(more.caliber ?? filters.caliber);
  const all = Object.entries({ ...filters, ...range, vs, caliber }).filter(([, value]) => value);
  const { caliber: _, ...rest } = more;
  const own = Object.entries(rest).map(([name, value]) => [name, String(value)] as const);
  return new URLSearchParams([...all, ...own.filter(([, value]) => value)] as [string, string][]).toString();
}
