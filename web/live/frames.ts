/** The staff socket's messages, named once for the faces; their shapes come from the generated contract. */
import type { components } from "@/contract/types";

type Shapes = components["schemas"];

export type EventFrame = Shapes["EventFrame"];
export type MessageSentFrame = Shapes["MessageSentFrame"];
export type RobotDecidedFrame = Shapes["RobotDecidedFrame"];
export type Body = Shapes["Body"];
export type Reception = Shapes["Reception"];
export type DeskFrame = Shapes["DeskFrame"];
export type Thread = Shapes["Thread"];
export type Pool = Shapes["Pool"];
export type PoolRow = Shapes["PoolRow"];
export type Me = Shapes["Me"];
export type Rate = Shapes["Rate"];
export type Colleague = Shapes["Colleague"];
export type Gone = Shapes["Gone"];
export type AlertsNow = Shapes["AlertsNow"];
export type AlertNow = Shapes["AlertNow"];
export type Live = Shapes["Live"];
export type Transfer = Shapes["Transfer"];
export type Refused = Shapes["Refused"];
export type Suggested = Shapes["Suggested"];
export type StaffCommand = Shapes["StaffCommand"];
export type Say = Shapes["Say"];
export type StaffFrame = Shapes["StaffFrame"];
