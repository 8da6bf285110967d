import { expect, test } from "vitest";
import { axis, pathOf, shareAt, xOf } from "./curve";

const BOX = { left: 0, right: 0, top: 0, bottom: 0, width: 100, height: 100 };
const POINTS = [
  [2, 40],
  [6, 80],
  [30, 90],
  [900, 100],
] as const;

test("the axis is logarithmic: as far from 1 to 24.5 as from there to 600", () => {
  expect(xOf(1, BOX)).toBe(0);
  expect(xOf(600, BOX)).toBe(100);
  expect(xOf(Math.sqrt(600), BOX)).toBe(50);
  expect(xOf(4_000, BOX)).toBe(100);
});

test("a share is what was answered by then, exactly on the line included", () => {
  expect(shareAt(POINTS, 1)).toBe(0);
  expect(shareAt(POINTS, 6)).toBe(80);
  expect(shareAt(POINTS, 29.9)).toBe(80);
  expect(shareAt(POINTS, 600)).toBe(90);
});

test("the axis of shares begins where the curves do, and always ends at 100", () => {
  expect(axis([POINTS])).toEqual({ low: 40, ticks: [40, 60, 80, 100] });
  expect(axis([[[1, 97]]])).toEqual({ low: 80, ticks: [80, 100] });
  expect(axis([[[5, 97]]])).toEqual({ low: 0, ticks: [0, 25, 50, 75, 100] });
});

test("a curve goes from the first to the last second and never leaves the box", () => {
  expect(pathOf(POINTS, BOX, 0)).toBe("M0 100L10.8 60L28 20L53.2 10L100 10");
  expect(pathOf(POINTS, BOX, 40)).toMatch(/^M0 100/);
});
