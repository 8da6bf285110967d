/** Everything the server told this page, as one shallow-reactive whole: a value is replaced, never changed. */
import { shallowReactive } from "vue";
import type { AlertsNow, Colleague, Live, Me, Pool, Refused, Suggested } from "./frames";
import type { Log } from "./logs";
import type { Row } from "./rows";

/** A conversation that left my list just now. */
export interface Left {
  readonly row: Row;
  readonly agent: number | null;
  readonly closed: boolean;
  readonly at: number;
}

export interface DeskState {
  /** The first `desk` has come: empty now means empty. */
  loaded: boolean;
  readonly rows: Map<string, Row>;
  readonly logs: Map<string, Log>;
  readonly left: Map<string, Left>;
  /** Up to which position I have looked at chats that were handed on to me. */
  readonly opened: Map<string, number>;
  pool: Pool;
  me: Me | null;
  readonly colleagues: Map<number, Colleague>;
  live: Live | null;
  /** Who has to be looked after; null to those who do not see the floor. */
  alerts: AlertsNow | null;
  /** What people said of the robot's decisions: right or wrong. */
  readonly marks: Map<string, boolean>;
  /** How often orders of a conversation's buyer moved since this page is open. */
  readonly orders: Map<string, number>;
  /** When the buyer last struck a key, by the server's clock. */
  readonly typing: Map<string, number>;
  /** Questions of the bank for what was being typed. */
  suggested: Suggested | null;
  /** Something I asked for that was not done, and no message of mine carries it. */
  refused: Refused | null;
  /** Buyers' messages that came while the connection was gone. */
  caughtUp: number;
  /** Frames of a kind this page does not know: a newer server. */
  unknown: number;
  /** Holes that were asked about already: conversation -> the position after which. */
  readonly asked: Map<string, number>;
}

const EMPTY_POOL: Pool = { t: "pool", total: 0, rows: [] };

export function emptyState(): DeskState {
  return shallowReactive({
    loaded: false,
    rows: shallowReactive(new Map<string, Row>()),
    logs: shallowReactive(new Map<string, Log>()),
    left: shallowReactive(new Map<string, Left>()),
    opened: shallowReactive(new Map<string, number>()),
    pool: EMPTY_POOL,
    me: null,
    colleagues: shallowReactive(new Map<number, Colleague>()),
    live: null,
    alerts: null,
    marks: shallowReactive(new Map<string, boolean>()),
    orders: shallowReactive(new Map<string, number>()),
    typing: shallowReactive(new Map<string, number>()),
    suggested: null,
    refused: null,
    caughtUp: 0,
    unknown: 0,
    asked: new Map<string, number>(),
  });
}
