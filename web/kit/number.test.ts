import { expect, test } from "vitest";
import { percent } from "./number";

test("nothing of nothing is no data, not zero and not a hundred", () => {
  expect(percent({ hits: 0, of: 0 })).toBeNull();
});

test("a rate keeps one decimal", () => {
  expect(percent({ hits: 3914, of: 4264 })).toBe(91.8);
  expect(percent({ hits: 0, of: 3 })).toBe(0);
  expect(percent({ hits: 3, of: 3 })).toBe(100);
});
