/** What the workbench asks over REST. */
import type { Reply } from "./replies";

export type OrderStatus = "placed" | "paid" | "shipped" | "received" | "refund_asked" | "refunded";

export interface OrderItem {
  readonly product: number | null;
  readonly title: string;
  readonly variant: string;
  readonly quantity: number;
  readonly price_cents: number;
}

export interface Receiver {
  readonly receiver_name: string;
  readonly receiver_phone: string;
  readonly receiver_address: string;
}

export interface Order extends Receiver {
  readonly id: number;
  readonly number: string;
  readonly status: OrderStatus;
  readonly placed_at: number;
  readonly paid_at: number | null;
  readonly price_cents: number;
  readonly items: readonly OrderItem[];
  readonly remark: string;
}

export type OrderChange = Partial<Receiver & { price_cents: number; remark: string }>;

export interface Product {
  readonly id: number;
  readonly title: string;
  readonly price_cents: number;
  readonly stock: number;
  readonly picture_colour: string;
}

export type { Reply };
