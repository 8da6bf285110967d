/** What somebody did on the floor just now, and how to take it back: for a minute, the newest first. */
import { type Ref, readonly, shallowRef } from "vue";
import { serverNow, useTick } from "@/kit/ticker";
import type { Desk } from "@/live/desk";
import type { StaffCommand } from "@/live/frames";

const UNDO_MS = 60_000;
const MOST = 3;

/** What was done, in words, to so many conversations. */
type Said = (count: number) => string;

export interface Deed {
  readonly id: number;
  readonly text: string;
  readonly said: Said;
  /** One command for each conversation. */
  readonly undo: readonly Back[];
  readonly until: number;
}

export interface Deeds {
  readonly done: Readonly<Ref<readonly Deed[]>>;
  /** False without a connection: then nothing was done. */
  act(commands: readonly StaffCommand[], said: Said, undo: readonly Back[]): boolean;
  /** The desk refused it for this conversation, which is where it was: of the newest deed it is no part. */
  stayed(c: string): void;
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
    act(commands, said, undo) {
      if (!commands.every((command) => desk.tell(command))) return false;
      count += 1;
      const deed = { id: count, text: said(undo.length), said, undo, until: serverNow() + UNDO_MS };
      done.value = [deed, ...done.value].slice(0, MOST);
      return true;
    },
    stayed(c) {
      const deed = done.value.find(({ undo }) => undo.some((back) => back.c === c));
      if (!deed) return;
      const undo = deed.undo.filter((back) => back.c !== c);
      const left = { ...deed, undo, text: deed.said(undo.length) };
      done.value = done.value
        .map((each) => (each === deed ? left : each))
        .filter((each) => each.undo.length > 0);
    },
    undo(deed) {
      for (const command of deed.undo) desk.tell(command);
      forget(deed.id);
    },
  };
}

type Back = Extract<StaffCommand, { t: "assign" | "put_back" }>;

interface Held {
  readonly c: string;
  readonly agent: number | null;
}

/** Where a conversation was: with an agent, or in the queue. */
export function backWhereItWas({ c, agent }: Held): Back {
  return agent === null ? { t: "put_back", c } : { t: "assign", c, agent };
}
