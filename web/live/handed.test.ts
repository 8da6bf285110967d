import { beforeEach, expect, test } from "vitest";
import type { EventFrame } from "./frames";
import { handedOn, handing, lookedAt, recallOpened, toLookAt } from "./handed";
import { apply } from "./reducer";
import { type DeskState, emptyState } from "./state";
import { ME, SmallServer } from "./testing/server";

const C = "ann";
const OTHER = ME + 1;
let server: SmallServer;

beforeEach(() => {
  server = new SmallServer();
  server.start(C);
});

type How = "routed" | "taken" | "handed" | "transferred";

function assigned(agent: number, how: How, by: number | null): void {
  const facts = { policy: null, waited: 0, could_have: [], through: null, group: null, because: [] };
  server.append(C, { type: "agent_assigned", facts: { agent, how, by, ...facts } });
}

function returned(agent: number): void {
  const facts = { agent, why: "transferred", by: agent, group: 2 } as const;
  server.append(C, { type: "conversation_returned", facts });
}

function said(agent: number): void {
  const facts = { by: "agent", agent, message: `a${agent}.${server.read(C).length}`, kind: "text" } as const;
  server.append(C, { type: "message_sent", facts }, "done");
}

const log = (): EventFrame[] => server.read(C);

function told(state: DeskState = emptyState()): DeskState {
  apply(state, server.desk(), 0);
  return state;
}

test("what routing gave me first, or I took, was handed on by nobody", () => {
  expect(handing(log(), ME)).toBeNull();
  assigned(ME, "taken", ME);
  expect(handing(log(), ME)).toBeNull();
});

test("a colleague's transfer, the lead's hand and a group's next turn are each a chat handed on", () => {
  assigned(ME, "transferred", OTHER);
  expect(handing(log(), ME)?.n).toBe(3);
  assigned(ME, "handed", OTHER);
  expect(handing(log(), ME)?.n).toBe(4);
  assigned(OTHER, "taken", OTHER);
  expect(handing(log(), ME)).toBeNull();
  returned(OTHER);
  assigned(ME, "routed", null);
  expect(handing(log(), ME)?.n).toBe(7);
});

test("what comes back to me by itself, or that I have answered, is not", () => {
  returned(ME);
  assigned(ME, "routed", null);
  expect(handing(log(), ME)).toBeNull();
  assigned(ME, "transferred", OTHER);
  said(ME);
  expect(handing(log(), ME)).toBeNull();
});

test("it counts until it was looked at, a reload later too, and counts again when it comes again", () => {
  said(OTHER);
  assigned(ME, "transferred", OTHER);
  const state = told();
  expect([[...handedOn(state).keys()], toLookAt(state)]).toEqual([[C], 1]);
  const kept = new Map<string, string>();
  lookedAt(state, C, { setItem: (key, value) => void kept.set(key, value) });
  expect(toLookAt(state)).toBe(0);
  const later = emptyState();
  recallOpened(later, { getItem: (key) => kept.get(key) ?? null });
  expect(toLookAt(told(later))).toBe(0);
  assigned(ME, "handed", OTHER);
  expect(toLookAt(told(later))).toBe(1);
});
