/** What the REST doors take and give, written by hand until `npm run contract` generates it. */

export type PageName = "desk" | "live" | "accounts" | "start";
export type Role = "agent" | "service_manager" | "operations" | "administrator";
export type Permission =
  | "view_goods"
  | "consult"
  | "view_orders"
  | "change_price"
  | "change_address"
  | "add_remark"
  | "read_desk"
  | "view_work_state"
  | "assign"
  | "rehearse"
  | "manage_accounts"
  | "set_up";

export interface Shop {
  id: number;
  name: string;
  letter: string;
  zone: string;
  url: string;
}

export interface Group {
  id: number;
  name: string;
  target_ms: number;
}

export interface Me {
  account: { id: number; name: string; role: Role; groups: number[]; limit: number };
  merchant: { id: number; name: string; demo: boolean };
  permissions: Permission[];
  pages: PageName[];
  shops: Shop[];
  groups: Group[];
  rehearsal_running: boolean;
}

export interface ErrorReply {
  code: string;
  message: string;
}

export interface LoginSession {
  id: number;
  created_at: number;
  last_seen_at: number;
  device: string;
  current: boolean;
}

export interface DemoLogin {
  name: string;
  role: Role;
  identifier: string;
  password: string;
}

export interface Account {
  id: number;
  name: string;
  role: Role;
  phone: string | null;
  email: string | null;
  groups: number[];
  shops: number[];
  limit: number;
  active: boolean;
}

export interface Start {
  shop: { id: number; name: string; url: string; script: string };
  qr_svg: string;
  first_question_at: number | null;
  first_answer_ms: number | null;
  agents_ready: number;
  demo: boolean;
}

export interface Rehearsal {
  state: "none" | "running" | "done" | "failed";
  played: number;
  total: number;
  lines: string[];
  report: Record<string, unknown> | null;
}
