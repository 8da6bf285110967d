/** What REST told: replies, the shops' products, the buyers' orders; asked for once and kept while it is fresh. */
import { shallowReactive } from "vue";
import { ask, Refusal } from "@/kit/ask";
import { type Index, indexed } from "./replies";
import type { Order, OrderChange, Product, Receiver } from "./shapes";
import type { ReplyUse } from "./uses";

/** Something that is on its way, here, or could not be had. */
export type Had<T> =
  | { state: "coming" }
  | { state: "here"; value: T; at: number }
  | { state: "failed"; code: string };

const FRESH_MS = 30_000;
const REPLIES_FRESH_MS = 300_000;

export class Stock {
  private readonly kept = shallowReactive(new Map<string, Had<unknown>>());
  private readonly reading = new Map<string, Promise<void>>();

  /** `undefined`: never asked for. */
  orders(c: string): Had<readonly Order[]> | undefined {
    return this.kept.get(`orders ${c}`) as Had<readonly Order[]> | undefined;
  }

  products(shop: number): Had<readonly Product[]> | undefined {
    return this.kept.get(`products ${shop}`) as Had<readonly Product[]> | undefined;
  }

  replies(): Had<Index> | undefined {
    return this.kept.get("replies") as Had<Index> | undefined;
  }

  product(shop: number, id: number): Product | undefined {
    const products = this.products(shop);
    return products?.state === "here" ? products.value.find((product) => product.id === id) : undefined;
  }

  loadOrders(c: string, fresh = FRESH_MS): Promise<void> {
    return this.load(`orders ${c}`, fresh, () => ask("GET", `/api/conversations/${c}/orders`));
  }

  /** They are other than they were: read again if anybody has seen them, also while they are being read. */
  async ordersMoved(c: string): Promise<void> {
    if (!this.orders(c)) return;
    await this.reading.get(`orders ${c}`);
    await this.loadOrders(c, 0);
  }

  loadProducts(shop: number): Promise<void> {
    return this.load(`products ${shop}`, FRESH_MS, () => ask("GET", `/api/shops/${shop}/products`));
  }

  loadReplies(): Promise<void> {
    return this.load("replies", REPLIES_FRESH_MS, async () => indexed(await ask("GET", "/api/replies")));
  }

  /** Tell what was sent of quick replies; a count that gets lost costs nobody an answer. */
  count(uses: readonly ReplyUse[]): void {
    if (uses.length > 0) ask("POST", "/api/replies/used", { uses: [...uses] }).catch(() => undefined);
  }

  reveal(order: number): Promise<Receiver> {
    return ask("POST", `/api/orders/${order}/reveal`);
  }

  /** Change an order of this conversation's buyer; what is shown follows the server's answer. */
  async change(c: string, order: number, change: OrderChange): Promise<void> {
    const changed = await ask("PATCH", `/api/orders/${order}`, change);
    const orders = this.orders(c);
    if (orders?.state !== "here") return;
    const value = orders.value.map((each) => (each.id === order ? changed : each));
    this.kept.set(`orders ${c}`, { ...orders, value });
  }

  /** What is here stays on screen while it is asked for again. */
  private load(key: string, fresh: number, read: () => Promise<unknown>): Promise<void> {
    const had = this.kept.get(key);
    const reading = this.reading.get(key);
    if (reading || (had?.state === "here" && Date.now() - had.at < fresh))
      return reading ?? Promise.resolve();
    const begun = this.read(key, read).finally(() => this.reading.delete(key));
    this.reading.set(key, begun);
    return begun;
  }

  private async read(key: string, read: () => Promise<unknown>): Promise<void> {
    const had = this.kept.get(key);
    if (had?.state !== "here") this.kept.set(key, { state: "coming" });
    try {
      this.kept.set(key, { state: "here", value: await read(), at: Date.now() });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (had?.state !== "here") this.kept.set(key, { state: "failed", code: error.code });
    }
  }
}

/** 62900 as ¥629, 62950 as ¥629.50. */
export function money(cents: number): string {
  const whole = Math.floor(cents / 100).toLocaleString("en");
  return cents % 100 === 0 ? `¥${whole}` : `¥${whole}.${String(cents % 100).padStart(2, "0")}`;
}

/** Cents of "629" or "629.5"; null when it is no amount. */
export function cents(written: string): number | null {
  const found = /^¥?\s*(\d{1,6})(?:\.(\d{1,2}))?$/.exec(written.trim().replaceAll(",", ""));
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}
