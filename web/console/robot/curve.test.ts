import { expect, test } from "vitest";
import { along, percent } from "./curve";

test("a curve is read at the first point that covers enough", () => {
  const curve = [
    { coverage: 0.1, precision: 1, confidence: 0.9 },
    { coverage: 0.5, precision: 0.8, confidence: 0.5 },
    { coverage: 1, precision: 0.666, confidence: 0.1 },
  ];
  const read = percent(curve);
  expect([read[along.indexOf(10)], read[along.indexOf(15)], read[along.indexOf(100)]]).toEqual([
    100, 80, 66.6,
  ]);
});

test("no curve has no points", () => {
  expect(percent([]).every((value) => value === null)).toBe(true);
});
