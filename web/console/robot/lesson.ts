/** The lesson that a process beside the desk is at: started, followed, stopped. */
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import type { Lesson, LessonName } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

const LOOK_MS = 700;

/** `ended` is told of each that ends while somebody looks. */
export function useLesson(ended: (what: LessonName) => Promise<void>) {
  const lesson = shallowRef<Lesson>();
  const failed = ref("");
  let timer: ReturnType<typeof setTimeout> | undefined;

  const running = computed(() => lesson.value?.state === "running");

  async function look(): Promise<void> {
    clearTimeout(timer);
    try {
      await take(await ask("GET", "/api/robot/lesson"));
    } catch (error) {
      failed.value = reason(error);
    }
  }

  async function take(found: Lesson): Promise<void> {
    const before = lesson.value;
    lesson.value = found;
    if (found.state === "failed") failed.value = found.error;
    if (found.state === "running") timer = setTimeout(look, LOOK_MS);
    else if (before?.state === "running" && found.what && found.state === "done") await ended(found.what);
  }

  async function start(what: LessonName, days: number): Promise<void> {
    failed.value = "";
    try {
      await take(await ask("POST", "/api/robot/lesson", { what, days }));
    } catch (error) {
      failed.value = reason(error);
    }
  }

  async function stop(): Promise<void> {
    await ask("DELETE", "/api/robot/lesson").catch(() => undefined);
    await look();
  }

  onScopeDispose(() => clearTimeout(timer));
  void look();
  return { lesson, running, failed, start, stop };
}
