/** Speaks of waits that grew worse: class changes only, merged, at most one sentence each five seconds. */
import { onScopeDispose, type Ref, readonly, shallowRef } from "vue";
import { onTick } from "@/kit/ticker";
import { type Urgency, urgency } from "@/kit/urgency";
import type { Row } from "@/live/rows";
import { t } from "./say";

const EVERY_MS = 5_000;

export function useAnnounced(
  waiting: () => readonly Row[],
  target: (group: number) => number,
): Readonly<Ref<string>> {
  const sentence = shallowRef("");
  const classes = new Map<string, Urgency>();
  const changed = new Map<string, string>();
  let saidAt = 0;

  const stop = onTick((now) => {
    const rows = waiting();
    const here = new Set(rows.map((row) => row.c));
    for (const c of [...classes.keys()]) if (!here.has(c)) classes.delete(c);
    for (const row of rows) {
      if (row.waiting_since === null) continue;
      const step = urgency(now - row.waiting_since, target(row.group));
      if (classes.get(row.c) !== step)
        changed.set(row.c, t("spoken", { name: row.buyer_name, step: t(`step.${step}`) }));
      classes.set(row.c, step);
    }
    if (changed.size === 0 || now - saidAt < EVERY_MS) return;
    saidAt = now;
    sentence.value = [...changed.values()].join("; ");
    changed.clear();
  });
  onScopeDispose(stop);
  return readonly(sentence);
}
