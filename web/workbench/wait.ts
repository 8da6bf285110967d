/** Wait classes and ages that change by themselves, without rendering each second. */
import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { onTick, serverNow } from "@/kit/ticker";
import { GOLDEN_MS, type Urgency, urgency } from "@/kit/urgency";
import { t } from "./say";

/** The class of a wait, changing when the wait grows into the next; null while nobody waits. */
export function useUrgency(
  since: () => number | null,
  target: () => number = () => GOLDEN_MS,
): Ref<Urgency | null> {
  const step = shallowRef<Urgency | null>(null);
  const look = (now: number): void => {
    const from = since();
    step.value = from === null ? null : urgency(now - from, target());
  };
  onScopeDispose(onTick(look));
  watch([since, target], () => look(serverNow()), { flush: "sync" });
  return step;
}

/** How long ago, in one word: now, 3 min, 2 h. */
export function age(at: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - at) / 60_000);
  if (minutes === 0) return t("justNow");
  return minutes < 60
    ? t("minutesAgo", { count: minutes })
    : t("hoursAgo", { count: Math.floor(minutes / 60) });
}
