/** Short names for the generated socket messages. */
import type { components } from "./types";

type Schemas = components["schemas"];

export type StaffCommand = Schemas["StaffCommand"];
export type StaffFrame = Schemas["StaffFrame"];
export type EventFrame = Schemas["EventFrame"];
export type Reception = Schemas["Reception"];
export type PoolRow = Schemas["PoolRow"];
export type Colleague = Schemas["Colleague"];
export type Body = Schemas["Body"];
export type Rate = Schemas["Rate"];
export type Speed = Schemas["Speed"];
export type Live = Schemas["Live"];
export type WaitingRow = Schemas["WaitingRow"];
export type PersonNow = Schemas["PersonNow"];
export type GroupNow = Schemas["GroupNow"];
export type ShopNow = Schemas["ShopNow"];
export type Column = Schemas["Column"];
