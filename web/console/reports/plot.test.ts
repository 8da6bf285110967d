import { expect, test } from "vitest";
import { lowest } from "./plot";

const shares = { name: "", values: [91, 97, null], look: 0 };

test("beside bars every axis begins at zero", () => {
  const bars = { name: "", values: [120, 80, 0], look: 3, bars: true };
  expect(lowest({ percent: true, series: [bars, shares], limits: [] })).toBe(0);
});

test("shares alone may begin nearer to themselves, seconds and counts never", () => {
  expect(lowest({ percent: true, series: [shares], limits: [{ name: "", value: 95 }] })).toBe(80);
  expect(lowest({ percent: false, series: [shares], limits: [] })).toBe(0);
});
