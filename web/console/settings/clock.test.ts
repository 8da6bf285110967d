import { describe, expect, it } from "vitest";
import { clock, minutes, spansOf, spansText, typed } from "./clock";

describe("hours as people type them", () => {
  it("are read in either language's signs, and written back in one way", () => {
    const spans = [
      { begins: 540, ends: 720 },
      { begins: 780, ends: 60 },
    ];
    expect(spansOf("9:00-12:00, 13:00-1:00")).toEqual(spans);
    expect(spansOf("09：00至12：00，13：00 – 01:00")).toEqual(spans);
    expect(spansText(spans)).toBe("9:00-12:00, 13:00-1:00");
    expect(spansOf(spansText([{ begins: 0, ends: 1440 }]))).toEqual([{ begins: 0, ends: 1440 }]);
    expect(spansOf("  ")).toEqual([]);
  });

  it.each(["9-12", "9:00-9:00", "25:00-26:00", "9:60-10:00", "24:00-1:00", "9:00-12:00,", "morning"])(
    "%s is not understood",
    (text) => expect(spansOf(text)).toBeNull(),
  );

  it("are minutes for the desk", () => {
    expect(clock(65)).toBe("1:05");
    expect(minutes(typed(65))).toBe(65);
    expect(typed(1440)).toBe("00:00");
  });
});
