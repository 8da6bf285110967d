/** What a caliber counts, in words. */
import { language } from "@/kit/words";
import { named, t } from "./say";
import type { Caliber } from "./shapes";

const OVER_TURNS = new Set([
  "within",
  "late",
  "mean",
  "median",
  "percentile",
  "fastest",
  "recent_weighted",
  "answered",
  "unanswered",
  "waiting_over",
  "skew",
  "slow",
]);

export const isOverTurns = (caliber: Caliber): boolean => OVER_TURNS.has(caliber.measure);

export const nameOf = (caliber: Caliber): string =>
  caliber.names[language.value] || caliber.names.zh || caliber.id;

export function hoursOf(caliber: Caliber): string {
  const [from, to] = caliber.window;
  return from === undefined || to === undefined
    ? t("allDay")
    : t("hours", { from: String(from), to: String(to) });
}

const clockOf = (caliber: Caliber): string => (caliber.human_stage ? "human_stage" : caliber.clock);

/** What starts the clock, and over what it is counted. */
function startOf(caliber: Caliber): string {
  if (!isOverTurns(caliber)) return named("over", caliber.measure);
  const clock = clockOf(caliber);
  if (caliber.unit === "session_first") return named("clock", clock);
  const unit = named("each", caliber.unit);
  return clock === "shop" ? unit : `${unit} · ${named("clock", clock)}`;
}

/** Clock and hours: `from the first message · all day`. */
export function clockWords(caliber: Caliber): string {
  const cap = caliber.cap === null ? "" : t("cap", { seconds: caliber.cap });
  return [startOf(caliber), hoursOf(caliber), cap].filter(Boolean).join(" · ");
}

type Who = "agent" | "assist" | "anyone";

const who = (caliber: Caliber): Who =>
  caliber.valid.includes("bot_auto") ? "anyone" : caliber.valid.includes("bot_assist") ? "assist" : "agent";

/** Whose answers count. */
export const whoWords = (caliber: Caliber): string => t(`who.${who(caliber)}`);

function parts(caliber: Caliber) {
  return {
    limit: String(caliber.threshold ?? caliber.limit ?? ""),
    unit: named("unit", caliber.unit),
    who: t(`whose.${who(caliber)}`),
    hours: hoursOf(caliber),
    p: String(caliber.p ?? ""),
  };
}

export const numeratorWords = (caliber: Caliber): string => named("num", caliber.measure, parts(caliber));
export const denominatorWords = (caliber: Caliber): string => named("den", caliber.measure, parts(caliber));

/** Version and how sure the source is, beneath the name. */
export function versionWords(caliber: Caliber): string {
  const sure = caliber.own ? t("sure.own") : caliber.platform === "house" ? t("sure.house") : t("sure.page");
  const said = caliber.version[language.value];
  const version = /^\d{1,3}$/.test(said) ? `v${said}` : said;
  return [version, sure].filter(Boolean).join(" · ");
}

export interface Link {
  url: string;
  host: string;
}

/** The addresses in a source line; a source without any is shown as it stands. */
export function linksIn(source: string): Link[] {
  return (source.match(/https?:\/\/[^\s;,]+/g) ?? []).map((url) => ({ url, host: new URL(url).host }));
}

export const PLATFORMS = [
  "house",
  "own",
  "taobao",
  "jd",
  "kuaishou",
  "douyin",
  "pinduoduo",
  "xiaohongshu",
  "wechat",
  "zendesk",
  "intercom",
  "gorgias",
  "zoho",
  "amazon",
  "etsy",
  "walmart",
  "lazada",
  "shopee",
  "tiktok",
  "facebook",
] as const;

const MAINLAND: readonly string[] = [
  "taobao",
  "jd",
  "kuaishou",
  "douyin",
  "pinduoduo",
  "xiaohongshu",
  "wechat",
];
const ABROAD: readonly string[] = PLATFORMS.slice(PLATFORMS.indexOf("wechat") + 1);

/**
 * The calibers a merchant would ask for, without those of markets they are not in: the house's, their own, and the
 * platforms of the shops' side of the world. A shop with a window of its own, or of a platform nobody knows, is taken
 * for a mainland one.
 */
export function fitting(calibers: readonly Caliber[], platforms: readonly string[]): Caliber[] {
  const home = platforms.length === 0 || platforms.some((each) => !ABROAD.includes(each));
  const wanted = new Set(["house", ...(home ? MAINLAND : []), ...platforms]);
  return calibers.filter((each) => each.own || wanted.has(each.platform));
}

export interface Group {
  platform: string;
  calibers: Caliber[];
}

const place = (platform: string): number => {
  const found = (PLATFORMS as readonly string[]).indexOf(platform);
  return found < 0 ? PLATFORMS.length : found;
};

/** By platform: the house first, then one's own, then the trade's order; unknown ones last by name. */
export function byPlatform(calibers: readonly Caliber[]): Group[] {
  const groups = new Map<string, Caliber[]>();
  for (const caliber of calibers) {
    const platform = caliber.own ? "own" : caliber.platform;
    groups.set(platform, [...(groups.get(platform) ?? []), caliber]);
  }
  return [...groups]
    .map(([platform, of]) => ({ platform, calibers: of }))
    .sort((a, b) => place(a.platform) - place(b.platform) || a.platform.localeCompare(b.platform));
}
