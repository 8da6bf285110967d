/** The service manager's bell: a new alert sounds at once, then now and then until somebody looks after it. */
import { onScopeDispose, watch } from "vue";
import { useSession } from "@/kit/session";
import { schedule } from "@/kit/sound";
import { useLeading, useSpeaker } from "@/kit/speaker";
import { useDesk } from "@/live/use";
import { unheard } from "./alerts";

const AGAIN_MS = 15_000;
const LOCK = "goldensix-alarm";

export function useAlarm(): void {
  const session = useSession();
  const { state } = useDesk();
  const speaker = useSpeaker();
  const leads = useLeading(LOCK, speaker.locked);
  let again: ReturnType<typeof setInterval> | undefined;

  const calling = (): string[] => unheard(state.alerts?.open ?? []).map((alert) => alert.id);
  function ring(): void {
    if (!leads.value || !session.me?.sound || !session.may("assign")) return;
    schedule(speaker.context, "alert", speaker.context.currentTime + 0.02);
  }
  function follow(ids: readonly string[], before: readonly string[] = []): void {
    clearInterval(again);
    if (ids.length === 0) return;
    if (ids.some((id) => !before.includes(id))) ring();
    again = setInterval(ring, AGAIN_MS);
  }
  watch([() => calling().join(), leads], ([now], [before]) => follow(split(now), split(before)), {
    immediate: true,
  });

  const touched = (): void => void speaker.unlock();
  for (const kind of ["pointerdown", "keydown"] as const) addEventListener(kind, touched);
  onScopeDispose(() => {
    clearInterval(again);
    for (const kind of ["pointerdown", "keydown"] as const) removeEventListener(kind, touched);
  });
}

function split(ids: string | undefined): string[] {
  return ids ? ids.split(",") : [];
}
