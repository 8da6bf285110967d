import { describe, expect, it } from "vitest";
import { Uses } from "./uses";

describe("uses of quick replies", () => {
  it("counts what nobody had to type, and whether the words were changed", () => {
    const uses = new Uses();
    uses.insert("c", 1, "今天发货，请放心。", 3);
    uses.insert("c", 2, "拍下即送。", 4);
    expect(uses.sent("c", "亲，今天发货，请放心。拍下就送。")).toEqual([
      { reply: 1, edited: false, dropped: false, saved: 6 },
      { reply: 2, edited: false, dropped: true, saved: 0 },
    ]);
    expect(uses.sent("c", "今天发货，请放心。")).toEqual([]);
  });
  it("tells which of the robot's suggestions a text was made of", () => {
    const uses = new Uses();
    uses.take("c", 2, "今天发货，请放心。");
    expect(uses.offered("c", "亲，今天发货，明天到")).toBe(2);
    expect(uses.offered("c", "今天发货，请放心。")).toBe(0);
    uses.take("c", 1, "今天发货，请放心。");
    expect(uses.offered("c", "我来查")).toBe(0);
  });
  it("keeps a changed one for the clauses that stayed", () => {
    const uses = new Uses();
    uses.insert("c", 1, "今天发货，请放心。", 2);
    expect(uses.sent("c", "今天发货，明天到")).toEqual([
      { reply: 1, edited: true, dropped: false, saved: 3 },
    ]);
  });
});
