import { expect, test } from "vitest";
import { sparkline } from "./sparkline";

test("the lowest value lies at the bottom and the highest at the top", () => {
  expect(sparkline([1, 3, 2], 10, 20).lines).toEqual(["0,20 5,0 10,10"]);
});

test("a day without data is a gap, and a value alone between gaps is a dot", () => {
  const drawn = sparkline([1, 2, null, 3, null, 1, 2], 60, 10);
  expect(drawn.lines).toHaveLength(2);
  expect(drawn.dots).toEqual([
    { x: 30, y: 0 },
    { x: 60, y: 5 },
  ]);
});

test("a value that never moves lies in the middle, and nothing at all draws nothing", () => {
  expect(sparkline([4, 4], 10, 20).lines).toEqual(["0,10 10,10"]);
  expect(sparkline([null, null], 10, 20)).toEqual({ lines: [], dots: [] });
});
