/** Short names for what the REST doors take and give. */
import type { components } from "./types";

type Schemas = components["schemas"];

export type Me = Schemas["LoggedInAs"];
export type Permission = Schemas["Permission"];
export type PageName = Schemas["Page"];
export type Role = Schemas["Role"];
export type LoginSession = Schemas["LoginSession"];
export type DemoLogin = Schemas["DemoLogin"];
export type Account = Schemas["Account"];
export type Start = Schemas["StartAnswer"];
export type Rehearsal = Schemas["RehearsalAnswer"];

/** Every refusal, whatever the door. */
export interface ErrorReply {
  code: string;
  message: string;
}
