/** What the workbench asks over REST. */
import type { components } from "@/contract/types";

type Shapes = components["schemas"];

export type Order = Shapes["OrderAnswer"];
export type OrderChange = Shapes["OrderChange"];
export type Product = Shapes["ProductCard"];
export type Receiver = Shapes["ReceiverAnswer"];
export type Reply = Shapes["OfferedReply"];
