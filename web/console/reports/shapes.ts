/** What the report doors answer. */

export interface ShopSource {
  number: number;
  name: string;
  platform: string;
  zone: string;
  first_day: string | null;
  last_day: string | null;
  conversations: number;
  messages: number;
}

export interface Named {
  key: string;
  name: string;
}

export interface Sources {
  shops: ShopSource[];
  groups: Named[];
  agents: Named[];
  benchmarks: string[];
}

export type Sense = "at_least" | "at_most" | "above" | "below";
export type Kind = "rate" | "seconds" | "count" | "ratio";

export interface Caliber {
  id: string;
  platform: string;
  names: { zh: string; en: string };
  version: string;
  valid_from: string | null;
  source: string;
  assumed: { zh: string[]; en: string[] };
  target: { sense: Sense; value: number } | null;
  measure: string;
  unit: string;
  clock: string;
  human_stage: boolean;
  valid: string[];
  window: number[];
  threshold: number | null;
  cap: number | null;
  op: string;
  unanswered: string;
  p: number | null;
  limit: number | null;
  min_sample: number | null;
  period_days: number | null;
  own: boolean;
  kind: Kind;
}

export interface Plain {
  num: number;
  den: number;
  value: number | null;
}

export interface Key {
  day?: string;
  hour?: number;
  agent?: string;
  group?: string;
  shop?: string;
}

export interface FigureRow extends Plain {
  key: Key;
  caliber: string;
  left_out: Record<string, number>;
  assessed: boolean;
  vs: Plain | null;
}

export interface Figures {
  zone: string;
  from: string;
  to: string;
  as_of: number;
  sessions: number;
  rows: FigureRow[];
}

export interface Case {
  shop: number;
  buyer: string;
  session: string;
  agent: string | null;
  agent_name: string | null;
  start: number;
  reply_at: number | null;
  wait: number | null;
  why: string;
  hit: boolean;
  first_words: string | null;
}

export interface Explanation {
  total: number;
  hits: number;
  misses: number;
  out: Record<string, number>;
  by_hour: { hits: number; misses: number }[];
  rows: Case[];
}

export interface Line {
  at: number;
  what: string;
  by: string | null;
  agent: string | null;
  agent_name: string | null;
  kind: string;
  text: string | null;
  recalled: boolean;
}

export interface Told {
  buyer: string;
  session: string;
  lines: Line[];
  clock: { start: number; stop: number | null; wait: number | null; counts: boolean; why: string };
  others: { caliber: string; hit: boolean | null; wait: number | null }[];
}

export interface Curve {
  platform: string;
  points: [number, number][];
}

export interface Pace {
  month: string;
  target: number;
  num: number;
  den: number;
  days_left: number;
  expected_more: number;
  misses_left: number | null;
  needed: number | null;
  at_this_pace: number | null;
}
