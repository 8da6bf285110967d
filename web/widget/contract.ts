/** Short names for what the buyers' doors take and give. */
import type { components } from "../contract/types.ts";

type Schemas = components["schemas"];

export type BuyerCommand = Schemas["BuyerCommand"];
export type BuyerFrame = Schemas["BuyerFrame"];
export type BuyerHello = Schemas["BuyerHello"];
export type BuyerRate = Schemas["BuyerRate"];
export type BuyerWelcome = Schemas["BuyerWelcome"];
export type EventFrame = Schemas["EventFrame"];
export type Picture = Schemas["UploadedPicture"];
export type Product = Schemas["ProductCard"];
export type ShopWindow = Schemas["ShopWindow"];
export type Visitor = Schemas["VisitorAnswer"];
