/** The page's one desk, opened at its first use and closed at log-out. */
import { effectScope, watch } from "vue";
import { ask } from "@/kit/ask";
import { useSession } from "@/kit/session";
import { Desk } from "./desk";
import { recallOpened } from "./handed";
import { keepFor } from "./keep";
import type { Plug, Surroundings } from "./socket";

let open: { account: number; desk: Desk } | null = null;

const around: Surroundings = {
  plug: () => new WebSocket("/ws/desk") as unknown as Plug,
  now: Date.now,
  chance: Math.random,
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

function upload(file: Blob): Promise<{ id: string; width: number; height: number }> {
  const form = new FormData();
  form.append("file", file, "picture.jpg");
  return ask("POST", "/api/pictures", form);
}

/** The desk of whoever is logged in; somebody must be. */
export function useDesk(): Desk {
  const session = useSession();
  const account = session.me?.account.id;
  if (account === undefined) throw new Error("useDesk: nobody is logged in");
  if (open?.account === account) return open.desk;
  open?.desk.stop();
  const desk = new Desk({ around, keep: keepFor(account), upload, loggedOut: session.expire });
  open = { account, desk };
  recallOpened(desk.state, localStorage);
  followSession(desk);
  return desk;
}

/** Logged in again: connect at once. Logged out: close, so that nobody stays present by mistake. */
function followSession(desk: Desk): void {
  const session = useSession();
  // Of the page, not of the component that happened to ask first.
  const scope = effectScope(true);
  scope.run(() =>
    watch([() => session.me, () => session.expired], ([me, expired], [, wasExpired]) => {
      if (me && wasExpired && !expired) desk.retry();
      if (!me) close(desk);
      if (!me) scope.stop();
    }),
  );
}

function close(desk: Desk): void {
  desk.stop();
  if (open?.desk === desk) open = null;
}
