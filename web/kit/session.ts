import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { Me, PageName, Permission } from "@/contract/rest";
import { ask, onLoggedOut, Refusal } from "./ask";

/** Who is logged in, and what they may do. */
export const useSession = defineStore("session", () => {
  const me = shallowRef<Me | null>(null);
  /** The log-in ended under an open page: the log-in dialog stands over it and everything is kept. */
  const expired = shallowRef(false);

  const may = computed(() => {
    const held = new Set<Permission>(me.value?.permissions);
    return (permission: Permission) => held.has(permission);
  });
  const opens = (page: PageName): boolean => me.value?.pages.includes(page) ?? false;

  function expire(): void {
    if (me.value) expired.value = true;
  }

  /** Ask who is logged in; `null` when nobody is. */
  async function load(): Promise<Me | null> {
    try {
      me.value = await ask("GET", "/api/me");
      expired.value = false;
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 401)) throw error;
      if (!me.value) return null;
    }
    return me.value;
  }

  async function leave(): Promise<void> {
    await ask("POST", "/api/logout");
    me.value = null;
    expired.value = false;
  }

  onLoggedOut(expire);
  return { me, expired, may, opens, expire, load, leave };
});
