import { describe, expect, it } from "vitest";
import { nowhere, step } from "./standing.ts";

describe("the place in the queue", () => {
  it("is shown at once, then changes at most every five seconds", () => {
    const third = step(nowhere, 3, 0);
    expect(third.place).toBe(3);
    expect(step(third, 2, 4999)).toBe(third);
    expect(step(third, 2, 5000)).toMatchObject({ place: 2, back: false });
  });

  it("never grows without saying so", () => {
    const first = step(nowhere, 1, 0);
    expect(step(first, 2, 5000)).toMatchObject({ place: 2, back: true });
  });

  it("goes at once when the queue is left", () => {
    expect(step(step(nowhere, 2, 0), 0, 1)).toMatchObject({ place: 0, back: false });
  });

  it("stays the same thing while the place does", () => {
    const second = step(nowhere, 2, 0);
    expect(step(second, 2, 60_000)).toBe(second);
  });
});
