/** What a service manager does with conversations on the floor: each deed can be taken back for a minute. */
import { type Ref, shallowRef, watch } from "vue";
import type { ChatRow, Live, WaitingRow } from "@/contract/wire";
import type { Desk } from "@/live/desk";
import type { StaffCommand } from "@/live/frames";
import { t } from "../say";
import { backWhereItWas, type Deeds, useDeeds } from "./deeds";

/** Of a conversation, what is needed to move it and to move it back. */
export type Moved = Pick<WaitingRow, "c" | "agent" | "buyer_name">;

export interface Handling {
  readonly deeds: Deeds;
  /** Why something was not done; empty: nothing was refused. */
  readonly refused: Ref<string>;
  /** `whole`: they are everything that their agent has. */
  assign(moved: readonly Moved[], agent: number, whole?: boolean): void;
  takeOver(moved: Moved): void;
  putBack(moved: Moved): void;
  acknowledge(alert: string): void;
}

export function heldBy(agent: number, chat: ChatRow): Moved {
  return { c: chat.c, buyer_name: chat.buyer_name, agent };
}

export function useHandling(desk: Desk, live: () => Live | null): Handling {
  const deeds = useDeeds(desk);
  const refused = shallowRef("");
  const nameOf = (agent: number): string => live()?.people.find((person) => person.id === agent)?.name ?? "";
  const done = (ok: boolean): void => {
    refused.value = ok ? "" : t("error.unreachable");
  };
  watch(
    () => desk.state.refused,
    (said) => {
      if (said) refused.value = said.message;
    },
  );
  return {
    deeds,
    refused,
    assign(moved, agent, whole = false) {
      const [only] = moved;
      const from = whole ? (only?.agent ?? null) : null;
      const commands: StaffCommand[] =
        from === null
          ? moved.map(({ c }) => ({ t: "assign", c, agent }))
          : [{ t: "reassign", agent: from, to: agent }];
      const text =
        moved.length === 1 && only
          ? t("undo.assigned", { buyer: only.buyer_name, name: nameOf(agent) })
          : t("undo.several", { count: moved.length, name: nameOf(agent) });
      done(deeds.act(commands, text, moved.map(backWhereItWas)));
    },
    takeOver(moved) {
      const text = t("undo.takenOver", { buyer: moved.buyer_name });
      done(deeds.act([{ t: "take_over", c: moved.c }], text, [backWhereItWas(moved)]));
    },
    putBack(moved) {
      const text = t("undo.putBack", { buyer: moved.buyer_name });
      done(deeds.act([{ t: "put_back", c: moved.c }], text, [backWhereItWas(moved)]));
    },
    acknowledge: (alert) => done(desk.tell({ t: "acknowledge", alert })),
  };
}
