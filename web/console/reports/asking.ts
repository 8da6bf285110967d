import { type Ref, ref, shallowRef, watch } from "vue";
import type { Address, Reply } from "@/contract/doors";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

export interface Asking<T> {
  value: Readonly<Ref<T | undefined>>;
  /** One sentence why there is nothing, or nothing newer. */
  failed: Readonly<Ref<string>>;
  /** An answer is on its way; what is shown is of before. */
  busy: Readonly<Ref<boolean>>;
  again: () => void;
}

/** A door that is only read takes no body. */
const nothing: never = [] as unknown as never;

/**
 * What a door answers, asked again whenever `address` or `round` changes; an empty address asks nothing.
 *
 * The answer of before stays until the new one is here, so that nothing flickers; an answer that was overtaken is
 * dropped.
 */
export function useAsking<A extends Address<"GET">>(
  address: () => A | "",
  round: () => number = () => 0,
): Asking<Reply<"GET", A>> {
  const value = shallowRef<Reply<"GET", A>>();
  const failed = ref("");
  const busy = ref(false);
  let turn = 0;

  async function fetchNow(path: A | ""): Promise<void> {
    turn += 1;
    const mine = turn;
    busy.value = path !== "";
    if (!path) {
      value.value = undefined;
      return;
    }
    try {
      const answer = await ask<"GET", A>("GET", path, ...nothing);
      if (mine !== turn) return;
      value.value = answer;
      failed.value = "";
    } catch (error) {
      if (mine !== turn) return;
      failed.value = reason(error);
    }
    busy.value = false;
  }

  const again = (): void => void fetchNow(address());
  watch([address, round], again, { immediate: true });
  return { value, failed, busy, again };
}
