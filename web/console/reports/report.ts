/** What all pages of the reports share: the filters in the address, the sources behind them, the calibers. */
import { type ComputedRef, computed, type InjectionKey, inject, type Ref, ref, shallowRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useNow } from "@/kit/ticker";
import { type Asking, useAsking } from "./asking";
import { type Range, todayIn } from "./days";
import { asked, type Filters, filtersOf, queryOf, rangeIn, type Versus, versusOf } from "./filters";
import { fitting } from "./meaning";
import type { Caliber, Figures, Sources } from "./shapes";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** What the screen shows, for the export: the query of its figures and how many rows they are. */
export interface Screen {
  query: string;
  rows: number;
}

export interface Report {
  sources: Asking<Sources>;
  calibers: Asking<readonly Caliber[]>;
  filters: ComputedRef<Filters>;
  range: ComputedRef<Range>;
  versus: ComputedRef<Versus>;
  /** Of the chosen shop, or of the first. */
  zone: ComputedRef<string>;
  zoneOf: (shop: string | number) => string;
  today: ComputedRef<string>;
  /** Goes up with every refresh. */
  round: Ref<number>;
  /** The figures of the open page: when they were computed, how many conversations. */
  figures: Ref<Figures | undefined>;
  screen: Ref<Screen | undefined>;
  refresh: () => void;
  /** Change filters in the address; everything else in it stays. */
  choose: (changed: Partial<Filters>) => void;
  /** Change what else the page keeps in the address; an empty value takes it out. */
  keep: (changed: Readonly<Record<string, string>>) => void;
  kept: (name: string) => string;
  /** Another page of the reports with the same filters; what only this page keeps in the address stays behind. */
  at: (path: string, changed?: Partial<Filters>) => { path: string; query: Record<string, string> };
  query: (more?: Readonly<Record<string, string | number>>) => string;
  /** Whether conversations that a rehearsal played count. */
  rehearsals: ComputedRef<boolean>;
  /** How many conversations there are to count, whatever the days. */
  countable: ComputedRef<number>;
  caliber: (id: string) => Caliber | undefined;
  /** Those of the merchant's side of the world. */
  fitting: ComputedRef<Caliber[]>;
}

const REPORT: InjectionKey<Report> = Symbol("report");

export { REPORT };

export function useReport(): Report {
  const found = inject(REPORT);
  if (!found) throw new Error("a part of the reports stands outside of their page");
  return found;
}

export function createReport(): Report {
  const route = useRoute();
  const router = useRouter();
  const now = useNow();
  const round = ref(0);
  const sources = useAsking(
    () => "/api/reports/sources",
    () => round.value,
  );
  const calibers = useAsking(() => "/api/reports/calibers");
  const filters = computed(() => filtersOf(route.query));
  function zoneOf(number: string | number): string {
    const shops = sources.value.value?.shops ?? [];
    const shop = shops.find((each) => String(each.number) === String(number)) ?? shops[0];
    return shop?.zone || "Asia/Shanghai";
  }
  const zone = computed(() => zoneOf(filters.value.shop));
  const today = computed(() => todayIn(zone.value, now.value));
  const none: Sources = {
    shops: [],
    groups: [],
    agents: [],
    benchmarks: [],
    orders: false,
    rehearsals: false,
  };
  const range = computed<Range>((before) => {
    const found = rangeIn(filters.value, sources.value.value ?? none, today.value);
    return before?.from === found.from && before.to === found.to ? before : found;
  });
  const byId = computed(() => new Map((calibers.value.value ?? []).map((each) => [each.id, each])));

  const rehearsals = computed(() => {
    const kept = text(route.query.rehearsals);
    return kept ? kept === "true" : (sources.value.value?.rehearsals ?? false);
  });
  const countable = computed(() =>
    (sources.value.value?.shops ?? []).reduce(
      (sum, shop) => sum + shop.conversations - (rehearsals.value ? 0 : shop.rehearsed),
      0,
    ),
  );

  const replace = (query: Record<string, string>): void => void router.replace({ path: route.path, query });
  return {
    sources,
    calibers,
    filters,
    range,
    versus: computed(() => versusOf(filters.value.vs)),
    rehearsals,
    countable,
    zone,
    zoneOf,
    today,
    round,
    figures: shallowRef(),
    screen: shallowRef(),
    refresh: () => {
      round.value += 1;
    },
    choose: (changed) => replace(queryOf({ ...filters.value, ...changed }, route.query)),
    keep: (changed) => replace(queryOf(filters.value, { ...route.query, ...changed })),
    kept: (name) => text(route.query[name]),
    at: (path, changed) => {
      const wide = { platforms: route.query.platforms, rehearsals: route.query.rehearsals };
      return { path, query: queryOf({ ...filters.value, ...changed }, wide) };
    },
    query: (more) => asked(filters.value, range.value, { ...more, rehearsals: text(route.query.rehearsals) }),
    caliber: (id) => byId.value.get(id),
    fitting: computed(() => {
      const shops = sources.value.value?.shops.filter((each) => each.conversations > 0) ?? [];
      return fitting(calibers.value.value ?? [], [...new Set(shops.map((each) => each.platform))]);
    }),
  };
}
