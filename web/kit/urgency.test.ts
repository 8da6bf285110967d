import { expect, test } from "vitest";
import { countdown, edges, urgency } from "./urgency";

test.each([
  [0, "golden"],
  [6_000, "golden"],
  [6_001, "due"],
  [30_000, "due"],
  [30_001, "slow"],
  [180_000, "slow"],
  [180_001, "over"],
])("a wait of %d ms is %s", (wait, step) => {
  expect(urgency(wait)).toBe(step);
});

test("a group judged by 30 s has edges of its own", () => {
  expect(edges(30_000)).toEqual({ golden: 30_000, due: 150_000, slow: 900_000 });
  expect(urgency(30_000, 30_000)).toBe("golden");
  expect(urgency(30_001, 30_000)).toBe("due");
});

test.each([
  [0, 6, 6],
  [1, 6, 6],
  [1_000, 5, 5],
  [5_001, 1, 1],
  [6_000, 0, 0],
])("after %d ms the hexagon has %d segments and says %d", (wait, segments, seconds) => {
  expect(countdown(wait)).toEqual({ segments, seconds });
});

test("a clock that is behind the server's shows a full hexagon, never seven", () => {
  expect(countdown(-400)).toEqual({ segments: 6, seconds: 6 });
});

test("the hexagon of a slower group loses a segment each sixth of its target", () => {
  expect(countdown(10_000, 30_000)).toEqual({ segments: 4, seconds: 20 });
});
