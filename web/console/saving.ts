import { type Ref, ref } from "vue";
import { reason } from "./reason";

export interface Saving {
  readonly busy: Ref<boolean>;
  /** One sentence on why the last one failed; empty: it did not. */
  readonly failed: Ref<string>;
  run(save: () => Promise<void>): Promise<void>;
}

/** One saving at a time: whether it goes on, and why the last one failed. */
export function useSaving(): Saving {
  const busy = ref(false);
  const failed = ref("");
  async function run(save: () => Promise<void>): Promise<void> {
    busy.value = true;
    failed.value = "";
    try {
      await save();
    } catch (error) {
      failed.value = reason(error);
    } finally {
      busy.value = false;
    }
  }
  return { busy, failed, run };
}
