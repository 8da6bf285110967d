import { expect, test } from "vitest";
import { type Chance, promised } from "./chance";

const chance: Chance = {
  goal: "within_30s",
  turns: 4,
  until: 1_020_000,
  hits: 103,
  of: 105,
  conversations: ["a", "b"],
};

test("all whole seconds that are left are told, with the rate of a day on which they were met", () => {
  expect(promised(chance, 1_000_000)).toEqual({ turns: 4, seconds: 20, rate: "98.1" });
  expect(promised(chance, 1_000_001)?.seconds).toBe(19);
});

test("where nothing can be won any more, nothing is promised", () => {
  expect(promised(null, 0)).toBeNull();
  expect(promised(chance, 1_019_000)?.seconds).toBe(1);
  expect(promised(chance, 1_019_001)).toBeNull();
  expect(promised(chance, 1_030_000)).toBeNull();
});
