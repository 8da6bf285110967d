import { expect, test } from "vitest";
import { duration, exactDuration, longDuration, meanDuration } from "./duration";

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

test("a wait that is over keeps its tenths while it is short", () => {
  expect(exactDuration(6_400, "en")).toBe("6.4 s");
  expect(exactDuration(41_000, "zh")).toBe("41 秒");
  expect(exactDuration(6_001, "en")).toBe("6.1 s");
  expect(exactDuration(197_400, "en")).toBe("3:17");
});

test.each([
  [20_000, "0 min"],
  [12 * 60_000, "12 min"],
  [59.6 * 60_000, "1 h"],
  [156 * 60_000, "2.6 h"],
  [24 * 3_600_000, "24 h"],
  [74.4 * 3_600_000, "3.1 d"],
])("%d ms of waiting for a refund read %s", (ms, text) => {
  expect(longDuration(ms, "en")).toBe(text);
});
