/** What every part of the workbench shares: the desk, which conversation is open, and what can be done. */
import {
  type ComputedRef,
  computed,
  type InjectionKey,
  inject,
  provide,
  type Ref,
  shallowRef,
  watch,
} from "vue";
import { useRoute, useRouter } from "vue-router";
import type { Me } from "@/contract/rest";
import { useSession } from "@/kit/session";
import { GOLDEN_MS } from "@/kit/urgency";
import type { Desk } from "@/live/desk";
import { NOTHING } from "@/live/logs";
import type { Row } from "@/live/rows";
import { useDesk } from "@/live/use";
import { Drafts } from "./drafts";
import { neighbour } from "./order";
import { type ShownList, useShownList } from "./shown";
import { Stock } from "./stock";

/** What a conversation is passed on for: to somebody else, or with a task. */
export type Passing = "pass" | "order_change" | "bargain";
export type SideTab = "orders" | "products";

export interface Bench {
  readonly desk: Desk;
  readonly me: Me;
  readonly drafts: Drafts;
  readonly stock: Stock;
  readonly list: ShownList;
  /** The conversation on screen. */
  readonly open: ComputedRef<string | null>;
  readonly row: ComputedRef<Row | null>;
  /** May answer, take and end; otherwise everything is for reading only. */
  readonly answers: boolean;
  readonly side: Ref<SideTab>;
  /** Narrow screens show the side panel only when asked. */
  readonly sheet: Ref<boolean>;
  /** The open conversation is being passed on: what for. */
  readonly passing: Ref<Passing | null>;
  /** Whose blocking is asked about, though the conversation may be over by now. */
  readonly blocking: Ref<{ c: string; name: string } | null>;
  show(c: string | null): void;
  walk(step: 1 | -1): void;
  take(c: string | null): void;
  end(c: string): void;
  putBack(c: string): void;
}

const KEY: InjectionKey<Bench> = Symbol("bench");

export function useBench(): Bench {
  const bench = inject(KEY);
  if (!bench) throw new Error("useBench: outside of the workbench");
  return bench;
}

export function provideBench(): Bench {
  const session = useSession();
  const me = session.me;
  if (!me) throw new Error("provideBench: nobody is logged in");
  const desk = useDesk();
  const { open, show } = useOpen();
  const list = useShownList(desk.state, open);
  const stock = useStock(desk);
  const bench: Bench = {
    desk,
    me,
    list,
    open,
    show,
    drafts: new Drafts(me.account.id, localStorage),
    stock,
    row: computed(() => (open.value === null ? null : (desk.state.rows.get(open.value) ?? null))),
    answers: session.may("consult"),
    side: shallowRef<SideTab>("orders"),
    sheet: shallowRef(false),
    passing: shallowRef<Passing | null>(null),
    blocking: shallowRef(null),
    walk: (step) => walk(list, open.value, step, show),
    take: useTaking(desk, me.account.id, show),
    end: (c) => desk.tell({ t: "close", c }),
    putBack: (c) => desk.tell({ t: "put_back", c }),
  };
  provide(KEY, bench);
  return bench;
}

/** Orders that the shop moved are read again. */
function useStock(desk: Desk): Stock {
  const stock = new Stock();
  watch(
    () => [...desk.state.orders],
    (now, before) => {
      const known = new Map(before);
      for (const [c, moves] of now) if (known.get(c) !== moves) void stock.ordersMoved(c);
    },
  );
  return stock;
}

function useOpen(): Pick<Bench, "open" | "show"> {
  const route = useRoute();
  const router = useRouter();
  const open = computed(() => (route.params.conversation as string | undefined) || null);
  return {
    open,
    show(c) {
      if (c === open.value) return;
      const to = { path: c === null ? "/desk" : `/desk/${encodeURIComponent(c)}`, query: route.query };
      // "Back" leads from a conversation to the list, not through all that were looked at.
      void (open.value === null ? router.push(to) : router.replace(to));
    },
  };
}

const TAKEN_WITHIN_MS = 5_000;

/** Taking shows what was taken, once it is mine. */
function useTaking(desk: Desk, me: number, show: Bench["show"]): Bench["take"] {
  let askedUntil = 0;
  watch(
    () => [...desk.state.rows.values()].filter((row) => row.mine).map((row) => row.c),
    (now, before) => {
      if (Date.now() > askedUntil) return;
      const known = new Set(before);
      const taken = now.find((c) => !known.has(c) && isTakenBy(desk, c, me));
      if (taken === undefined) return;
      askedUntil = 0;
      show(taken);
    },
  );
  return (c) => {
    askedUntil = Date.now() + TAKEN_WITHIN_MS;
    desk.tell({ t: "take", c });
  };
}

function isTakenBy(desk: Desk, c: string, me: number): boolean {
  const log = desk.state.logs.get(c) ?? NOTHING;
  const assigned = log.findLast((event) => event.type === "agent_assigned");
  if (assigned?.type !== "agent_assigned" || assigned.facts.agent !== me) return false;
  return assigned.facts.how === "taken" || assigned.facts.how === "taken_over";
}

function walk(list: ShownList, from: string | null, step: 1 | -1, show: Bench["show"]): void {
  const circle = list.waiting.value.map((row) => row.c);
  const next = neighbour(circle, from, step);
  if (next !== null) show(next);
}

/** Names for what rows only number. */
export function useNames(bench: Pick<Bench, "me" | "desk"> = useBench()) {
  const { me, desk } = bench;
  return {
    shop: (id: number) => me.shops.find((shop) => shop.id === id),
    group: (id: number) => me.groups.find((group) => group.id === id),
    target: (group: number) => me.groups.find(({ id }) => id === group)?.target_ms ?? GOLDEN_MS,
    agent: (id: number | null) =>
      id === me.account.id ? me.account.name : (desk.state.colleagues.get(id ?? 0)?.name ?? `#${id}`),
  };
}
