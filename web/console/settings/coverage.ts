/** The check of the days to come: whom each group could route to, and where that is nobody. */
import { shallowRef } from "vue";
import type { Cover, Coverage, Hole } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { useSession } from "@/kit/session";
import { locale } from "@/kit/words";
import { reason } from "../reason";
import { t } from "./say";

const coverage = shallowRef<Coverage>();
const failed = shallowRef("");

/** One for all the cards of a page; whoever changes something asks for it again. */
export function useCoverage() {
  async function load(): Promise<void> {
    try {
      coverage.value = await ask("GET", "/api/coverage");
      failed.value = "";
    } catch (error) {
      failed.value = reason(error);
    }
  }
  return { coverage, failed, load };
}

const groupName = (id: number): string => useSession().me?.groups.find((each) => each.id === id)?.name ?? "";

/** The group, and the shop where there are several. */
export function placeName(place: Pick<Cover, "group" | "shop">): string {
  const shops = useSession().me?.shops ?? [];
  const shop = shops.length > 1 ? shops.find((each) => each.id === place.shop)?.name : undefined;
  return shop ? t("cover.inShop", { group: groupName(place.group), shop }) : groupName(place.group);
}

/** Each group once, with its shops only where it is not all of them. */
export function placeNames(places: readonly Pick<Cover, "group" | "shop">[]): string[] {
  const led = (coverage.value?.covers ?? []).filter(({ shop }) => shop !== null);
  const of = (group: number) => (each: Pick<Cover, "group">) => each.group === group;
  return [...new Set(places.map(({ group }) => group))].flatMap((group) => {
    const own = places.filter(of(group));
    return own.length === led.filter(of(group)).length ? [groupName(group)] : own.map(placeName);
  });
}

const format = (at: number, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale(), { timeZone, hourCycle: "h23", ...options }).format(at);

export const dayOf = (at: number, zone: string): string =>
  format(at, zone, { weekday: "short", month: "numeric", day: "numeric" });
export const minuteOf = (at: number, zone: string): string =>
  format(at, zone, { hour: "2-digit", minute: "2-digit" });

/** Midnight at an end is the day's own 24:00. */
function endOf(at: number, zone: string, begun: string): string {
  const minute = minuteOf(at, zone);
  if (minute === "00:00") return dayOf(at - 1, zone) === begun ? "24:00" : `${dayOf(at - 1, zone)} 24:00`;
  return dayOf(at, zone) === begun ? minute : `${dayOf(at, zone)} ${minute}`;
}

export function spanOf(begins: number, ends: number, zone: string): string {
  const day = dayOf(begins, zone);
  return `${day} ${minuteOf(begins, zone)}–${endOf(ends, zone, day)}`;
}

export const holeKey = (hole: Hole): string => `${hole.group}.${hole.shop}.${hole.begins}`;

/** The same hours of several shops' buyers are one thing to mend. */
export function distinct(holes: readonly Hole[]): readonly Hole[] {
  const seen = new Map<string, Hole>();
  for (const hole of holes) {
    const key = `${hole.group}.${hole.begins}.${hole.ends}`;
    seen.set(key, seen.has(key) ? { ...hole, shop: null } : hole);
  }
  return [...seen.values()];
}
