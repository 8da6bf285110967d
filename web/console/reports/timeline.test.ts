import { expect, test } from "vitest";
import type { Clock, Line } from "./shapes";
import { caliber } from "./testing";
import { clockParts, timelineOf } from "./timeline";

function line(at: number, what: Line["what"], by: Line["by"] = null, given: Partial<Line> = {}): Line {
  return {
    at,
    what,
    by,
    agent: null,
    agent_name: "",
    kind: "text",
    text: null,
    recalled: false,
    score: null,
    ...given,
  };
}

function clock(start: number, stop: number | null): Clock {
  return { start, stop, wait: stop === null ? null : stop - start, counts: true, why: null, hit: null };
}

const LINES = [
  line(0, "message", "buyer"),
  line(0, "queue_enter"),
  line(1_000, "message", "bot_auto"),
  line(61_000, "assign"),
  line(94_000, "message", "agent"),
  line(137_000, "message", "buyer"),
];

test("the clock runs from the first message to the answer that counts, past the robot's", () => {
  const moments = timelineOf(LINES, clock(0, 94_000), caliber());
  expect(moments.map((each) => each.running)).toEqual([true, true, true, true, false, false]);
  expect(moments.findIndex((each) => each.starts)).toBe(0);
  expect(moments.findIndex((each) => each.stops)).toBe(4);
  expect(moments[2]?.ignored).toBe("robot");
});

test("to a caliber that lets robots answer, the robot stops it", () => {
  const anyone = caliber({ valid: ["agent", "bot_assist", "bot_auto"] });
  const moments = timelineOf(LINES, clock(0, 1_000), anyone);
  expect(moments.findIndex((each) => each.stops)).toBe(2);
  expect(moments[2]?.ignored).toBeNull();
});

test("a recalled answer does not stop the clock, and an unanswered one runs to the end", () => {
  const lines = [
    line(0, "message", "buyer"),
    line(5_000, "message", "agent", { recalled: true }),
    line(9_000, "close"),
  ];
  const moments = timelineOf(lines, clock(0, null), caliber());
  expect(moments.map((each) => each.running)).toEqual([true, true, true]);
  expect(moments[1]?.ignored).toBe("recalled");
});

test("without a clock the conversation is told as it was", () => {
  const moments = timelineOf([...LINES, line(140_000, "rating", null, { score: 4 })], undefined, caliber());
  expect(moments.map((each) => each.deed).slice(-3)).toEqual(["agent", "buyer", "other"]);
  expect(moments.some((each) => each.starts || each.stops || each.running || each.ignored)).toBe(false);
});

test("a wait is told apart into queue and hands where there was an assignment in between", () => {
  expect(clockParts(LINES, clock(0, 94_000))).toEqual({ queued: 61_000, handled: 33_000 });
  expect(clockParts(LINES, clock(0, null))).toBeNull();
  expect(clockParts(LINES.slice(0, 2), clock(0, 94_000))).toBeNull();
});
