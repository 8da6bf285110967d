import { describe, expect, it } from "vitest";
import { money } from "./money.ts";
import { exact, lasted, when } from "./time.ts";

const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime();

describe("times and amounts", () => {
  it("tells the time of a message to the second", () => {
    expect(exact(at(2025, 10, 11, 9, 5, 7))).toBe("09:05:07");
  });

  it("tells the day only where it is not today", () => {
    const now = at(2025, 10, 11, 20, 0, 0);
    expect(when(at(2025, 10, 11, 0, 1, 0), now)).toBe("00:01");
    expect(when(at(2025, 10, 10, 23, 59, 0), now)).toBe("2025-11-10 23:59");
  });

  it.each([
    [0, "0.0 s"],
    [449, "0.4 s"],
    [9999, "9.9 s"],
    [10_000, "10 s"],
    [99_999, "99 s"],
    [100_000, "1:40"],
    [3_725_000, "62:05"],
  ])("never makes a wait of %d ms look longer than it was", (ms, told) => {
    expect(lasted(ms)).toBe(told);
  });

  it("shows cents only where there are any", () => {
    expect([money(62_900), money(62_950), money(5)]).toEqual(["¥629", "¥629.50", "¥0.05"]);
  });
});
