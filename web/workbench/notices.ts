/** Desktop notes: only when no tab of the desk has the focus, one a conversation, taken back once answered. */
import { onScopeDispose, type Ref, watch } from "vue";
import { NOTHING } from "@/live/logs";
import type { DeskState } from "@/live/state";
import { lastWords } from "./lastwords";
import { t } from "./say";

const LOCK = "goldensix-focus";

export interface Notices {
  /** Ask the browser for leave to show notes; must be called on a click or key. */
  allow(): void;
}

export function useNotices(
  state: DeskState,
  leads: Readonly<Ref<boolean>>,
  show: (c: string) => void,
): Notices {
  const shown = new Map<string, Notification>();
  const told = new Map<string, number>();
  const letGo = tellFocus();

  async function look(): Promise<void> {
    const waiting = new Map<string, number>();
    for (const row of state.rows.values())
      if (row.mine && row.waiting_since !== null) waiting.set(row.c, row.waiting_since);
    for (const [c, note] of shown) if (!waiting.has(c)) note.close();
    for (const c of [...shown.keys()]) if (!waiting.has(c)) shown.delete(c);
    const fresh = [...waiting].filter(([c, since]) => told.get(c) !== since);
    for (const [c, since] of fresh) told.set(c, since);
    if (fresh.length === 0 || !leads.value || !allowed() || (await focusedSomewhere())) return;
    for (const [c] of fresh) tell(c);
  }

  function tell(c: string): void {
    const row = state.rows.get(c);
    if (!row || row.waiting_since === null) return;
    const body = lastWords(row, state.logs.get(c) ?? NOTHING).text;
    const note = new Notification(t("noteTitle", { name: row.buyer_name }), { body, tag: c, silent: true });
    note.onclick = () => {
      focus();
      show(c);
      note.close();
    };
    shown.set(c, note);
  }

  watch(() => [...state.rows.values()].map((row) => `${row.c}${row.mine && row.waiting_since}`).join(), look);
  onScopeDispose(() => {
    letGo();
    for (const note of shown.values()) note.close();
  });
  return {
    allow() {
      if ("Notification" in window && Notification.permission === "default")
        void Notification.requestPermission();
    },
  };
}

function allowed(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

async function focusedSomewhere(): Promise<boolean> {
  if (document.hasFocus()) return true;
  if (!("locks" in navigator)) return false;
  const { held } = await navigator.locks.query();
  return held?.some((lock) => lock.name === LOCK) ?? false;
}

/** While this tab has the focus it holds a lock that the others can see. */
function tellFocus(): () => void {
  let letGo: () => void = () => undefined;
  const take = (): void => {
    if (!("locks" in navigator) || !document.hasFocus()) return;
    letGo();
    void navigator.locks.request(
      LOCK,
      { mode: "shared" },
      () => new Promise<void>((resolve) => (letGo = resolve)),
    );
  };
  const leave = (): void => letGo();
  addEventListener("focus", take);
  addEventListener("blur", leave);
  take();
  return () => {
    removeEventListener("focus", take);
    removeEventListener("blur", leave);
    letGo();
  };
}
