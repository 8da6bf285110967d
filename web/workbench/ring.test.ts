import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calling, HORIZON_MS, planned } from "./ring";

const NOW = 1_000_000;

function calling(c: string, since: number, first: boolean, quietUntil = 0): Calling {
  return { c, since: NOW + since, heard: NOW + since, first, quietUntil };
}

const seconds = (rings: { at: number; sound: string }[], within = 45): string[] =>
  rings.filter(({ at }) => at < NOW + within * 1000).map(({ at, sound }) => `${(at - NOW) / 1000} ${sound}`);

describe("ringing", () => {
  test("a first question rings every three seconds, and differently from thirty on", () => {
    const rings = seconds(planned([calling("a", 0, true)], NOW, 0), 37);
    expect(rings.slice(0, 3)).toEqual(["0 new", "3 new", "6 new"]);
    expect(rings.slice(-3)).toEqual(["30 late", "33 late", "36 late"]);
  });

  test("a follow-up ticks at once, at twenty seconds, then every ten", () => {
    expect(seconds(planned([calling("a", 0, false)], NOW, 0))).toEqual([
      "0 again",
      "20 again",
      "30 again",
      "40 again",
    ]);
  });

  test("a wait that is under way goes on in its own rhythm", () => {
    expect(seconds(planned([calling("a", -4_000, true)], NOW, 0), 9)).toEqual(["2 new", "5 new", "8 new"]);
  });

  test("a wait heard of late rings at once, in the class it has reached", () => {
    const known = { ...calling("a", -60_000, true), heard: NOW };
    expect(seconds(planned([known], NOW, 0), 4)).toEqual(["0 late", "3 late"]);
  });

  test("the worst one decides alone", () => {
    const both = [calling("fresh", -1_000, true), calling("late", -40_000, true), calling("more", 0, false)];
    expect(new Set(planned(both, NOW, 0).map(({ sound }) => sound))).toEqual(new Set(["late"]));
  });

  test("typing in a chat silences that chat only", () => {
    const typed = [calling("typed", -40_000, true, NOW + 8_000), calling("other", -1_000, true)];
    const rings = seconds(planned(typed, NOW, 0), 12);
    expect(rings[0]).toBe("2 new");
    expect(rings.at(-1)).toBe("11 late");
  });

  test("muted is silent until it ends", () => {
    expect(planned([calling("a", 0, true)], NOW, NOW + 60_000)[0]?.at).toBe(NOW + 60_000);
  });

  test("a chat handed on rings once, and not beside another ring or while muted", () => {
    expect(seconds(planned([], NOW, 0, 0, [NOW, NOW]))).toEqual(["0 new"]);
    expect(planned([], NOW + 15_000, 0, 0, [NOW])).toEqual([]);
    expect(planned([], NOW, NOW + 60_000, 0, [NOW])).toEqual([]);
    expect(seconds(planned([calling("a", 0, false)], NOW, 0, 0, [NOW]), 15)).toEqual(["0 again"]);
  });

  test("nobody waiting is silence", () => {
    expect(planned([], NOW, 0)).toEqual([]);
  });

  test("whoever waits, rings are in order, ahead, and never nearer than their rhythm allows", () => {
    const one = fc.record({
      c: fc.string({ minLength: 1, maxLength: 2 }),
      since: fc.integer({ min: NOW - 300_000, max: NOW - 200_000 }),
      heard: fc.integer({ min: NOW - 200_000, max: NOW }),
      first: fc.boolean(),
      quietUntil: fc.constantFrom(0, NOW + 5_000),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: (each) => each.since, maxLength: 8 }), (all) => {
        const rings = planned(all, NOW, 0);
        for (const ring of rings) {
          expect(ring.at).toBeGreaterThanOrEqual(NOW);
          expect(ring.at).toBeLessThan(NOW + HORIZON_MS);
        }
        expect(rings.map(({ at }) => at)).toEqual(rings.map(({ at }) => at).toSorted((a, b) => a - b));
        expect(new Set(rings.map(({ at }) => at)).size).toBe(rings.length);
      }),
    );
  });
});
