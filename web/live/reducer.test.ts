import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventFrame, StaffFrame } from "./frames";
import { hasEnded, lastOf } from "./logs";
import { apply } from "./reducer";
import { type DeskState, emptyState } from "./state";
import { CONVERSATIONS, histories, type Step, step } from "./testing/histories";
import { ME, SmallServer } from "./testing/server";

const NOW = 1_700_000_000_000;

/** A page that asks what it must, and hears the answers at once. */
function hear(state: DeskState, server: SmallServer, frames: readonly StaffFrame[]): void {
  for (const frame of frames) {
    const asked = apply(state, frame, NOW);
    hear(
      state,
      server,
      asked.flatMap((command) => server.answer(command)),
    );
  }
}

function rowsOf(state: DeskState): object {
  return Object.fromEntries([...state.rows].sort());
}

function shown(state: DeskState): object {
  return { rows: rowsOf(state), logs: Object.fromEntries([...state.logs].sort()) };
}

function begun(): SmallServer {
  const server = new SmallServer();
  for (const c of CONVERSATIONS) server.start(c);
  return server;
}

function lived(steps: readonly Step[]): { server: SmallServer; state: DeskState; events: EventFrame[] } {
  const server = begun();
  const state = emptyState();
  hear(state, server, [server.desk()]);
  const events: EventFrame[] = [];
  for (const each of steps) {
    const made = step(server, each);
    events.push(...made);
    hear(state, server, made);
  }
  return { server, state, events };
}

function fresh(server: SmallServer): DeskState {
  const state = emptyState();
  hear(state, server, [server.desk()]);
  return state;
}

describe("laws of the reducer", () => {
  test("rows kept true by events equal the rows of a fresh desk", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const { server, state } = lived(steps);
        expect(rowsOf(state)).toEqual(rowsOf(fresh(server)));
      }),
    );
  });

  test("rows that began in the middle of a conversation become just as true", () => {
    fc.assert(
      fc.property(histories, histories, (before, after) => {
        const { server } = lived(before);
        const state = fresh(server);
        for (const each of after) hear(state, server, step(server, each));
        expect(rowsOf(state)).toEqual(rowsOf(fresh(server)));
      }),
    );
  });

  test("the log held is a run of the server's log, as it would be read now", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const { server, state } = lived(steps);
        for (const [c, log] of state.logs) {
          expect(log).toEqual(server.read(c).slice(-log.length));
          expect(lastOf(log)).toBe(server.logs.get(c)?.length);
        }
      }),
    );
  });

  test("hearing everything twice changes nothing", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const { server, state, events } = lived(steps);
        const before = structuredClone(shown(state));
        hear(state, server, events);
        expect(shown(state)).toEqual(before);
      }),
    );
  });

  test("hearing the end again, as after a reconnect, changes nothing", () => {
    fc.assert(
      fc.property(histories, fc.nat(20), (steps, back) => {
        const { server, state, events } = lived(steps);
        const before = structuredClone(shown(state));
        hear(state, server, events.slice(-back));
        expect(shown(state)).toEqual(before);
      }),
    );
  });

  test("events that never came are asked for at the next one", () => {
    fc.assert(
      fc.property(histories, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (steps, lost) => {
        const server = begun();
        const state = fresh(server);
        steps.forEach((each, index) => {
          const made = step(server, each);
          if (!lost[index]) hear(state, server, made);
        });
        for (const c of CONVERSATIONS) hear(state, server, step(server, { do: "say", c, by: "buyer" }));
        expect(rowsOf(state)).toEqual(rowsOf(fresh(server)));
      }),
    );
  });

  test("a reconnect in between is the same as none", () => {
    fc.assert(
      fc.property(histories, histories, (steps, missed) => {
        const { server, state } = lived(steps);
        const opened = Object.fromEntries([...state.logs].map(([c, log]) => [c, lastOf(log)]));
        for (const each of missed) step(server, each);
        hear(state, server, [server.desk(opened)]);
        expect(rowsOf(state)).toEqual(rowsOf(fresh(server)));
      }),
    );
  });
});

describe("frames of the desk", () => {
  const c = "ann";

  test("a buyer's messages that came during a break in the line are counted", () => {
    const { server, state } = lived([]);
    for (const by of ["buyer", "buyer", "bot_auto"] as const) step(server, { do: "say", c, by });
    hear(state, server, [server.desk({ ann: 2, bob: 2, cyd: 2 })]);
    expect(state.caughtUp).toBe(2);
  });

  test("a conversation that leaves my list is remembered for the grey line", () => {
    const { server, state } = lived([]);
    hear(state, server, [{ t: "gone", c, agent: 9, closed: false }]);
    expect(state.rows.has(c)).toBe(false);
    expect(state.left.get(c)).toMatchObject({ agent: 9, closed: false, at: NOW });
    hear(state, server, [server.reception(c)]);
    expect(state.left.has(c)).toBe(false);
  });

  test("frames and events of a newer server are counted and otherwise ignored", () => {
    const { server, state } = lived([]);
    const event = { t: "event", c, n: 3, at: NOW, type: "buyer_sneezed", facts: {}, body: null };
    hear(state, server, [{ t: "weather" }, event] as unknown as StaffFrame[]);
    expect(state.unknown).toBe(2);
    expect(state.rows.get(c)?.position).toBe(3);
  });

  test("a hole is asked for once, not with every event after it", () => {
    const { server, state } = lived([]);
    step(server, { do: "say", c, by: "buyer" });
    const later = [1, 2, 3].flatMap(() => step(server, { do: "say", c, by: "buyer" }));
    const asked = later.flatMap((event) => apply(state, event, NOW));
    expect(asked).toEqual([{ t: "open", c, after: 2 }]);
  });

  test("a refusal with a message's id belongs to the message, any other to the page", () => {
    const state = emptyState();
    apply(state, { t: "refused", wait: null, code: "not_yours", message: "no", id: "m", c }, NOW);
    expect(state.refused).toBeNull();
    apply(state, { t: "refused", wait: null, code: "taken", message: "Guo Dan took it", id: null, c }, NOW);
    expect(state.refused?.code).toBe("taken");
  });

  test("typing ends with the message it became", () => {
    const { server, state } = lived([]);
    hear(state, server, [{ t: "typing", c }]);
    expect(state.typing.has(c)).toBe(true);
    hear(state, server, step(server, { do: "say", c, by: "buyer" }));
    expect(state.typing.has(c)).toBe(false);
  });
});

describe("a rating after the end", () => {
  function ended(): { server: SmallServer; state: DeskState; rated: EventFrame } {
    const server = begun();
    const state = fresh(server);
    hear(state, server, [
      server.append("ann", { type: "rating_invited", facts: {} }),
      server.append("ann", {
        type: "conversation_closed",
        facts: { by: "agent", agent: ME, blocked: false },
      }),
      { t: "gone", c: "ann", agent: ME, closed: true },
    ]);
    const facts = { score: 5, reasons: ["fast"] } as const;
    return { server, state, rated: server.append("ann", { type: "conversation_rated", facts }) };
  }

  test("joins the log that the page holds, and brings no row back", () => {
    const { state, rated } = ended();
    expect(apply(state, rated, NOW)).toEqual([]);
    expect(state.logs.get("ann")?.at(-1)?.type).toBe("conversation_rated");
    expect(hasEnded(state.logs.get("ann") ?? [])).toBe(true);
    expect(state.rows.has("ann")).toBe(false);
  });

  test("asks for nothing where the page missed the end: it may not be opened any more", () => {
    const { state, rated } = ended();
    const held = state.logs.get("ann")?.slice(0, -2) ?? [];
    state.logs.set("ann", held);
    expect(apply(state, rated, NOW)).toEqual([]);
    expect(state.logs.get("ann")).toEqual(held);
  });
});

test("orders that moved are told apart, until their conversation leaves", () => {
  const state = emptyState();
  for (const c of ["a", "b", "a"]) apply(state, { t: "orders", c }, NOW);
  expect([...state.orders]).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
  apply(state, { t: "gone", c: "a", agent: null, closed: true }, NOW);
  expect([...state.orders.keys()]).toEqual(["b"]);
});
