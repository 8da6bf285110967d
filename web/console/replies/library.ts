/** The replies of the merchant and this person, and what is done to them; what was removed last can come back. */
import { computed, ref, shallowRef } from "vue";
import type { Campaign, KeptReply, ReplyText } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

/** Characters a minute that a trained agent types; time saved is told by it. */
export const PACE = 90;

export type Whose = "all" | "shared" | "own";

export function useLibrary() {
  const replies = shallowRef<readonly KeptReply[]>();
  const campaigns = shallowRef<readonly Campaign[]>([]);
  const failed = ref("");
  const refused = ref("");
  const removed = shallowRef<KeptReply>();

  async function load(): Promise<void> {
    try {
      [replies.value, campaigns.value] = await Promise.all([
        ask("GET", "/api/replies/all"),
        ask("GET", "/api/campaigns"),
      ]);
      failed.value = "";
    } catch (error) {
      failed.value = reason(error);
    }
  }

  function put(saved: KeptReply): void {
    const others = (replies.value ?? []).filter((each) => each.id !== saved.id);
    replies.value = [...others, saved].sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  /** Do it; what stands in the way is said on the page. */
  async function attempt(deed: () => Promise<void>): Promise<void> {
    refused.value = "";
    try {
      await deed();
    } catch (error) {
      refused.value = reason(error);
    }
  }

  const remove = (reply: KeptReply): Promise<void> =>
    attempt(async () => {
      await ask("DELETE", `/api/replies/${reply.id}`);
      replies.value = (replies.value ?? []).filter((each) => each.id !== reply.id);
      removed.value = reply;
    });

  const undo = (): Promise<void> =>
    attempt(async () => {
      if (!removed.value) return;
      put(await ask("POST", `/api/replies/${removed.value.id}/restore`));
      removed.value = undefined;
    });

  const begin = (): Promise<void> =>
    attempt(async () => {
      await ask("POST", "/api/replies/starters");
      await load();
    });

  return {
    replies,
    campaigns,
    failed,
    refused,
    removed,
    mostUsed: computed(() => Math.max(1, ...(replies.value ?? []).map(({ uses }) => uses))),
    load,
    put,
    remove,
    undo,
    begin,
  };
}

/** Those of the chosen owner that the words meet, in title, text, code or pinyin. */
export function matching(replies: readonly KeptReply[], query: string, whose: Whose): readonly KeptReply[] {
  const wanted = query.trim().toLowerCase();
  return replies.filter((reply) => {
    if (whose !== "all" && reply.own !== (whose === "own")) return false;
    const { code, title, text, initials, pinyin } = reply;
    return [code, title, text, initials, pinyin].some((each) => each.toLowerCase().includes(wanted));
  });
}

export type { ReplyText };
