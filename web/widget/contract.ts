import type { components } from "../contract/types.ts";

type Schemas = components["schemas"];

export type BuyerCommand = Schemas["BuyerCommand"];
export type BuyerFrame = Schemas["BuyerFrame"];
export type BuyerHello = Schemas["BuyerHello"];
export type BuyerWelcome = Schemas["BuyerWelcome"];
export type EventFrame = Schemas["EventFrame"];
export type Picture = Schemas["Picture"];
export type Sender = Schemas["MessageSent"]["by"];
export type Kind = Schemas["MessageSent"]["kind"];

export type Language = "zh" | "en";

/** GET /api/widget/{shop} */
export interface ShopWindow {
  name: string;
  greeting: Record<Language, string>;
  questions: (Record<Language, string> & { group: number | null })[];
  hours: string;
}

/** GET /api/widget/{shop}/products/{id} */
export interface Product {
  id: number;
  title: string;
  price_cents: number;
  stock: number;
  picture_colour: string;
}

/** POST /api/visitor */
export interface Visitor {
  token: string;
  buyer: string;
}
