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
  wanted: () => boolean,
): Notices {
  const notes = new Notes(state, show);
  const letGo = tellFocus();
  watch(
    () => [...state.rows.values()].map((row) => `${row.c}${row.mine && row.waiting_since}`).join(),
    async () => {
      const fresh = notes.settle();
      if (fresh.length === 0 || !leads.value || !wanted() || !allowed() || (await focusedSomewhere())) return;
      for (const c of fresh) notes.tell(c);
    },
  );
  onScopeDispose(() => {
    letGo();
    notes.takeBack(() => true);
  });
  return {
    allow() {
      if ("Notification" in window && Notification.permission === "default")
        void Notification.requestPermission();
    },
  };
}

class Notes {
  private readonly shown = new Map<string, Notification>();
  /** The wait of each conversation that was looked at last. */
  private told = new Map<string, number>();

  constructor(
    private readonly state: DeskState,
    private readonly show: (c: string) => void,
  ) {}

  /** Take back what is answered; answers whose wait is new. */
  settle(): string[] {
    const waiting = new Map<string, number>();
    for (const { c, mine, waiting_since } of this.state.rows.values()) {
      if (mine && waiting_since !== null) waiting.set(c, waiting_since);
    }
    this.takeBack((c) => !waiting.has(c));
    const fresh = [...waiting].filter(([c, since]) => this.told.get(c) !== since).map(([c]) => c);
    this.told = waiting;
    return fresh;
  }

  tell(c: string): void {
    const row = this.state.rows.get(c);
    if (!row || row.waiting_since === null) return;
    const nameOf = (agent: number): string => this.state.colleagues.get(agent)?.name ?? "";
    const body = lastWords(row, this.state.logs.get(c) ?? NOTHING, nameOf).text;
    const note = new Notification(t("noteTitle", { name: row.buyer_name }), { body, tag: c, silent: true });
    note.onclick = () => {
      focus();
      this.show(c);
      note.close();
    };
    this.shown.set(c, note);
  }

  takeBack(which: (c: string) => boolean): void {
    for (const [c, note] of [...this.shown].filter(([c]) => which(c))) {
      note.close();
      this.shown.delete(c);
    }
  }
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
