/** What somebody did on the floor just now, and how to take it back: for a minute, the newest first. */
import { type Ref, readonly, shallowRef } from "vue";
import { serverNow, useTick } from "@/kit/ticker";
import type { Desk } from "@/live/desk";
import type { StaffCommand } from "@/live/frames";

const UNDO_MS = 60_000;
const MOST = 3;

export interface Deed {
  readonly id: number;
  readonly text: string;
  readonly undo: readonly StaffCommand[];
  readonly until: number;
}

export interface Deeds {
  readonly done: Readonly<Ref<readonly Deed[]>>;
  /** False without a connection: then nothing was done. */
  act(commands: readonly StaffCommand[], text: string, undo: readonly StaffCommand[]): boolean;
  undo(deed: Deed): void;
}

export function useDeeds(desk: Desk): Deeds {
  const done = shallowRef<readonly Deed[]>([]);
  let count = 0;
  const forget = (id: number): void => {
    done.value = done.value.filter((deed) => deed.id !== id);
  };
  useTick((now) => {
    if (done.value.some((deed) => deed.until <= now))
      done.value = done.value.filter((deed) => deed.until > now);
  });
  return {
    done: readonly(done) as Readonly<Ref<readonly Deed[]>>,
    act(commands, text, undo) {
      if (!commands.every((command) => desk.tell(command))) return false;
      count += 1;
      done.value = [{ id: count, text, undo, until: serverNow() + UNDO_MS }, ...done.value].slice(0, MOST);
      return true;
    },
    undo(deed) {
      for (const command of deed.undo) desk.tell(command);
      forget(deed.id);
    },
  };
}

interface Held {
  readonly c: string;
  readonly agent: number | null;
}

/** Where a conversation was: with an agent, or in the queue. */
export function backWhereItWas({ c, agent }: Held): StaffCommand {
  return agent === null ? { t: "put_back", c } : { t: "assign", c, agent };
}
