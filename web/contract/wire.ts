/** Short names for what the live page is told; `live/frames.ts` names the rest of the socket's messages. */
import type { components } from "./types";

type Schemas = components["schemas"];

export type Rate = Schemas["Rate"];
export type Speed = Schemas["Speed"];
export type Live = Schemas["Live"];
export type WaitingRow = Schemas["WaitingRow"];
export type ChatRow = Schemas["ChatRow"];
export type AlertNow = Schemas["AlertNow"];
export type AlertsNow = Schemas["AlertsNow"];
export type PersonNow = Schemas["PersonNow"];
export type GroupNow = Schemas["GroupNow"];
export type ShopNow = Schemas["ShopNow"];
export type Column = Schemas["Column"];
