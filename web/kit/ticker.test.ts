import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Ticker = typeof import("./ticker");
let ticker: Ticker;
const START = Date.UTC(2026, 10, 11, 12, 0, 0, 300);

beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  vi.resetModules();
  ticker = await import("./ticker");
});
afterEach(() => vi.useRealTimers());

test("ticks on the server's second, whatever this computer's clock says", () => {
  ticker.heardServerClock(START + 450);
  const heard: number[] = [];
  ticker.onTick((now) => heard.push(now % 1000));
  vi.advanceTimersByTime(3_000);
  expect(heard).toEqual([750, 0, 0, 0]);
});

test("trusts the frame that was fastest on its way", () => {
  ticker.heardServerClock(START - 900);
  ticker.heardServerClock(START - 40);
  ticker.heardServerClock(START - 2_000);
  expect(ticker.serverNow()).toBe(START - 40);
});

test("forgets an old measurement, so that a corrected clock is followed", () => {
  ticker.heardServerClock(START + 60_000);
  for (let frame = 0; frame < 8; frame += 1) ticker.heardServerClock(START);
  expect(ticker.serverNow()).toBe(START);
});

test("a listener that left hears nothing more", () => {
  const heard: number[] = [];
  const leave = ticker.onTick((now) => heard.push(now));
  leave();
  vi.advanceTimersByTime(5_000);
  expect(heard).toHaveLength(1);
});
