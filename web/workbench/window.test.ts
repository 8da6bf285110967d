import fc from "fast-check";
import { expect, test } from "vitest";
import { sliceOf, VIRTUAL_FROM } from "./window";

test("a short list is there as a whole", () => {
  expect(sliceOf(20, 54, 0, { top: 0, height: 100 }, VIRTUAL_FROM - 1)).toEqual({ from: 0, to: 20 });
});

test("every row in sight exists, and few others", () => {
  const place = fc.record({
    count: fc.nat(500),
    offset: fc.nat(2000),
    top: fc.nat(30_000),
    height: fc.nat(1200),
  });
  fc.assert(
    fc.property(place, ({ count, offset, top, height }) => {
      const { from, to } = sliceOf(count, 54, offset, { top, height }, 500);
      expect(to - from).toBeLessThanOrEqual(height / 54 + 15);
      for (let row = 0; row < count; row += 1) {
        const [begin, end] = [offset + row * 54, offset + (row + 1) * 54];
        if (end > top && begin < top + height) expect(row >= from && row < to).toBe(true);
      }
    }),
  );
});
