import { expect, test } from "vitest";
import { lowest, shareAxis } from "./plot";

const shares = { name: "", values: [91, 97, null], look: 0 };

test("beside bars every axis begins at zero", () => {
  const bars = { name: "", values: [120, 80, 0], look: 3, bars: true };
  expect(lowest({ percent: true, series: [bars, shares], limits: [] })).toBe(0);
});

test("shares alone may begin nearer to themselves, seconds and counts never", () => {
  expect(lowest({ percent: true, series: [shares], limits: [{ name: "", value: 95 }] })).toBe(80);
  expect(lowest({ percent: false, series: [shares], limits: [] })).toBe(0);
});

test("the numbers of an axis of shares are evenly apart up to its top", () => {
  for (const [low, most] of [
    [0, 100],
    [30, 100],
    [80, 100],
    [90, 134],
  ] as const) {
    const { min, max, interval } = shareAxis(low, most);
    expect((max - min) % interval).toBe(0);
    expect(min).toBeLessThanOrEqual(low);
    expect(max).toBeGreaterThanOrEqual(most);
  }
});
