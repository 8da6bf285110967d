import { describe, expect, it } from "vitest";
import { instantOf, wallOf } from "./zoned";

describe("the shop's wall clock", () => {
  it("goes there and back", () => {
    const at = Date.UTC(2026, 10, 11, 12, 0);
    expect(wallOf(at, "Asia/Shanghai")).toBe("2026-11-11T20:00");
    expect(instantOf("2026-11-11T20:00", "Asia/Shanghai")).toBe(at);
  });
  it("takes the first of an hour that comes twice, and the hour after one that is skipped", () => {
    expect(instantOf("2026-10-25T02:30", "Europe/Berlin")).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(wallOf(instantOf("2026-03-29T02:30", "Europe/Berlin"), "Europe/Berlin")).toBe("2026-03-29T03:30");
  });
});
