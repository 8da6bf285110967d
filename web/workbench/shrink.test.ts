import { expect, test } from "vitest";
import { LONGEST, shrunkSize } from "./shrink";

test.each([
  [4000, 3000, LONGEST, 1200],
  [3000, 4000, 1200, LONGEST],
  [800, 600, 800, 600],
  [16_000, 2, LONGEST, 1],
])("%i x %i is sent as %i x %i", (width, height, w, h) => {
  expect(shrunkSize(width, height)).toEqual({ width: w, height: h });
});
