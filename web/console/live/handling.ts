/** What a service manager does with conversations on the floor: each deed can be taken back for a minute. */
import { computed, type Ref, shallowRef, watch } from "vue";
import type { ChatRow, Live, WaitingRow } from "@/contract/wire";
import { refusal } from "@/kit/say";
import type { Desk } from "@/live/desk";
import type { Refused, StaffCommand } from "@/live/frames";
import { t } from "../say";
import { backWhereItWas, type Deeds, useDeeds } from "./deeds";

/** Of a conversation, what is needed to move it and to move it back. */
export type Moved = Pick<WaitingRow, "c" | "agent" | "buyer_name">;

export interface Handling {
  readonly deeds: Deeds;
  /** Why something was not done; empty: nothing was refused. */
  readonly refused: Readonly<Ref<string>>;
  /** They were read. */
  forget(): void;
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
  const unsent = shallowRef(false);
  const refusals = shallowRef<readonly Refused[]>([]);
  const refused = computed(() => {
    const [first] = refusals.value;
    if (unsent.value) return t("error.unreachable");
    if (!first) return "";
    const count = refusals.value.length;
    return count > 1 ? t("live.refusedOf", { count, why: refusal(first) }) : refusal(first);
  });
  function forget(): void {
    unsent.value = false;
    refusals.value = [];
  }
  const nameOf = (agent: number): string => live()?.people.find((person) => person.id === agent)?.name ?? "";
  const done = (ok: boolean): void => {
    forget();
    unsent.value = !ok;
  };
  // At once: of many conversations that stayed, each comes as a refusal of its own in one frame.
  watch(
    () => desk.state.refused,
    (said) => {
      if (!said) return;
      refusals.value = [...refusals.value, said];
      if (said.c !== null) deeds.stayed(said.c);
    },
    { flush: "sync" },
  );
  return {
    deeds,
    refused,
    forget,
    assign(moved, agent, whole = false) {
      const [only] = moved;
      const from = whole ? (only?.agent ?? null) : null;
      const commands: StaffCommand[] =
        from === null
          ? moved.map(({ c }) => ({ t: "assign", c, agent }))
          : [{ t: "reassign", agent: from, to: agent }];
      const name = nameOf(agent);
      const said = (count: number): string =>
        moved.length === 1 && only
          ? t("undo.assigned", { buyer: only.buyer_name, name })
          : t("undo.several", { count, name });
      done(deeds.act(commands, said, moved.map(backWhereItWas)));
    },
    takeOver(moved) {
      const text = t("undo.takenOver", { buyer: moved.buyer_name });
      done(deeds.act([{ t: "take_over", c: moved.c }], () => text, [backWhereItWas(moved)]));
    },
    putBack(moved) {
      const text = t("undo.putBack", { buyer: moved.buyer_name });
      done(deeds.act([{ t: "put_back", c: moved.c }], () => text, [backWhereItWas(moved)]));
    },
    acknowledge: (alert) => done(desk.tell({ t: "acknowledge", alert })),
  };
}
