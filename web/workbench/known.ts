/** What the open conversation knows of the variables: of orders, the newest one's. */
import { type ComputedRef, computed } from "vue";
import { type Bench, useNames } from "./bench";
import type { Known } from "./replies";
import type { Order, Reply } from "./shapes";
import { money } from "./stock";
import en from "./words/en.json";
import zh from "./words/zh.json";

type Campaign = Pick<Known, "campaign" | "event">;

/** By the text that is filled: an order's state is told in its language, whatever the agent's is. */
export function useKnown(bench: Bench): ComputedRef<(text: string) => Known> {
  const names = useNames(bench);
  return computed(() => {
    const row = bench.row.value;
    const orders = row ? bench.stock.orders(row.c) : undefined;
    const newest =
      orders?.state === "here" ? orders.value.toSorted((a, b) => b.placed_at - a.placed_at)[0] : undefined;
    return (text) => ({
      agent: bench.me.account.name,
      shop: row ? (names.shop(row.shop)?.name ?? null) : null,
      buyer: row?.buyer_name || null,
      ...ofOrder(newest, /\p{Script=Han}/u.test(text) ? zh : en),
      ...NO_CAMPAIGN,
    });
  });
}

const NO_CAMPAIGN: Campaign = { campaign: null, event: null };

export function campaignOf(reply: Reply): Campaign {
  return { campaign: reply.campaign_name, event: reply.campaign_name };
}

type OfOrder = Omit<Known, "agent" | "shop" | "buyer" | "campaign" | "event">;
function ofOrder(order: Order | undefined, words: typeof en | typeof zh): OfOrder {
  return {
    order: order?.number ?? null,
    "order.number": order?.number ?? null,
    "order.status": order ? words[`order.${order.status}`] : null,
    "order.product": order?.items[0]?.title ?? null,
    "order.price": order ? money(order.price_cents) : null,
  };
}
