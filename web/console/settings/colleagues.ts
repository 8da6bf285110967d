import { onMounted, shallowRef } from "vue";
import { ask } from "@/kit/ask";
import { useSession } from "@/kit/session";

/** Names of the merchant's accounts, for lists that hold numbers; whoever may not read accounts sees the number. */
export function useColleagues(): (account: number | null) => string {
  const session = useSession();
  const names = shallowRef(new Map<number, string>());
  onMounted(async () => {
    if (!session.may("manage_accounts")) return;
    const accounts = await ask("GET", "/api/accounts").catch(() => []);
    names.value = new Map(accounts.map(({ id, name }) => [id, name]));
  });
  return (account) => {
    if (account === null) return "";
    if (account === session.me?.account.id) return session.me.account.name;
    return names.value.get(account) ?? String(account);
  };
}
