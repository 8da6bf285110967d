import { expect, test } from "vitest";
import { duration, meanDuration } from "./duration";

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [99_999, "99 s"],
  [100_000, "1:40"],
  [197_000, "3:17"],
  [3_599_000, "59:59"],
  [3_600_000, "1:00:00"],
  [-5_000, "0 s"],
])("%d ms reads %s", (ms, text) => {
  expect(duration(ms, "en")).toBe(text);
});

test("Chinese says the seconds in Chinese and keeps the rest", () => {
  expect(duration(48_000, "zh")).toBe("48 秒");
  expect(duration(197_000, "zh")).toBe("3:17");
});

test("a mean keeps one decimal while it is short", () => {
  expect(meanDuration(3_940, "en")).toBe("3.9 s");
  expect(meanDuration(6_000, "zh")).toBe("6.0 秒");
  expect(meanDuration(197_400, "en")).toBe("3:17");
});
