import { beforeEach, expect, test } from "vitest";
import { clockTime, useZone, when } from "./time";
import { speak } from "./words";

const at = Date.UTC(2026, 10, 11, 12, 3, 27);
const HOUR = 3_600_000;

beforeEach(() => useZone("Asia/Shanghai"));

test.each(["zh", "en"] as const)("the shop's zone rules the clock in %s", (language) => {
  speak(language);
  expect(clockTime(at)).toBe("20:03:27");
  useZone("Europe/London");
  expect(clockTime(at)).toBe("12:03:27");
});

test.each(["zh", "en"] as const)("a time says as much of its date as is needed, in %s", (language) => {
  speak(language);
  expect(when(at, at + HOUR)).toBe("20:03:27");
  expect(when(at, at + 24 * HOUR)).toBe("11-11 20:03");
  expect(when(at, at + 60 * 24 * HOUR)).toBe("2026-11-11");
});

test("today ends at the shop's midnight, not the viewer's", () => {
  const beforeMidnight = Date.UTC(2026, 10, 11, 15, 59, 59);
  expect(when(beforeMidnight, beforeMidnight + 1_000)).toBe("11-11 23:59");
});
