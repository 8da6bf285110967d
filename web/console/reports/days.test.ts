import { expect, test } from "vitest";
import { before, daysOf, isDay, length, PRESETS, presetOf, rangeOf, short, todayIn } from "./days";

test.each([
  ["today", "2026-03-01", "2026-03-01"],
  ["yesterday", "2026-02-28", "2026-02-28"],
  ["week", "2026-02-23", "2026-03-01"],
  ["month30", "2026-01-31", "2026-03-01"],
  ["thisMonth", "2026-03-01", "2026-03-01"],
  ["lastMonth", "2026-02-01", "2026-02-28"],
] as const)("%s is %s to %s", (preset, from, to) => {
  expect(rangeOf(preset, "2026-03-01")).toEqual({ from, to });
});

test.each(PRESETS)("%s is found again by its days", (preset) => {
  expect(presetOf(rangeOf(preset, "2026-03-14"), "2026-03-14")).toBe(preset);
});

test("days that no preset names are nobody's", () => {
  expect(presetOf({ from: "2026-03-02", to: "2026-03-05" }, "2026-03-14")).toBeUndefined();
});

test("the days before are as many, and end where these begin", () => {
  expect(before({ from: "2026-11-01", to: "2026-11-11" })).toEqual({ from: "2026-10-21", to: "2026-10-31" });
  expect(length({ from: "2024-02-28", to: "2024-03-01" })).toBe(3);
  expect(daysOf({ from: "2024-02-28", to: "2024-03-01" })).toEqual([
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
  ]);
});

test("today is the zone's day", () => {
  const instant = Date.parse("2026-11-10T17:00:00Z");
  expect(todayIn("Asia/Shanghai", instant)).toBe("2026-11-11");
  expect(todayIn("America/New_York", instant)).toBe("2026-11-10");
});

test("a day is one that the calendar has", () => {
  expect(isDay("2026-02-28")).toBe(true);
  expect(isDay("2026-02-29")).toBe(false);
  expect(isDay("26-2-1")).toBe(false);
});

test("what both ends share is said once", () => {
  expect(short({ from: "2026-11-01", to: "2026-11-11" })).toEqual({ from: "2026-11-01", to: "11-11" });
  expect(short({ from: "2025-12-30", to: "2026-01-02" }).to).toBe("2026-01-02");
});
