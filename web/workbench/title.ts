/** The tab tells at a glance who waits and how badly: its title, and one of four icons. */
import { onScopeDispose } from "vue";
import { duration } from "@/kit/duration";
import { onTick } from "@/kit/ticker";
import { type Urgency, urgency } from "@/kit/urgency";
import type { Row } from "@/live/rows";
import { t } from "./say";

/** "(3) 12 s · Golden Six"; the page's own name while no buyer waits, counting what was handed on. */
export function titleFor(waiting: readonly Row[], now: number): string {
  const longest = waiting[0]?.waiting_since;
  const count = waiting.length > 0 ? `(${waiting.length}) ` : "";
  if (longest == null) return `${count}${t("page")} · ${t("theProduct")}`;
  return `${count}${duration(now - longest)} · ${t("theProduct")}`;
}

const SIDES =
  "M13.2 2.3 19.8 6.1M21 8.2v7.6M19.8 17.9l-6.6 3.8M10.8 21.7l-6.6-3.8M3 15.8V8.2M4.2 6.1l6.6-3.8";

function iconFor(step: Urgency | null): string {
  const style = getComputedStyle(document.documentElement);
  const colour = (token: string): string => style.getPropertyValue(token).trim();
  const dot = step && `<circle cx="12" cy="12" r="5" fill="${colour(`--${step}-edge`)}"/>`;
  const ring = `<path d="${SIDES}" fill="none" stroke="${colour("--gold")}" stroke-width="2.6"/>`;
  const ground = `<rect width="24" height="24" rx="5" fill="${colour("--rail")}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${ground}${ring}${dot ?? ""}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export function useTitle(waiting: () => readonly Row[]): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const [title, icon] = [document.title, link?.href];
  let step: Urgency | null | undefined;

  const stop = onTick((now) => {
    const rows = waiting();
    const next = titleFor(rows, now);
    if (document.title !== next) document.title = next;
    const since = rows[0]?.waiting_since;
    const worst = since == null ? null : urgency(now - since);
    if (worst !== step && link) link.href = iconFor(worst);
    step = worst;
  });
  onScopeDispose(() => {
    stop();
    document.title = title;
    if (link && icon) link.href = icon;
  });
}
