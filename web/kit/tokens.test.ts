// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrast, difference, lab, parseHex, type Rgb, seenWith } from "./colour";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokensOf(selector: string): Map<string, Rgb> {
  const block = css.split(`${selector} {`)[1]?.split("}")[0] ?? "";
  const found = [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)];
  return new Map(found.map(([, name = "", hex = ""]) => [name, parseHex(hex)]));
}

const THEMES = { light: tokensOf(":root"), dark: tokensOf('[data-theme="dark"]') };
const STEPS = ["golden", "due", "slow", "over"] as const;
const GROUNDS = ["bg", "s", "s2"] as const;

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const colour = (name: string): Rgb => {
    const found = THEMES[theme].get(name);
    if (!found) throw new Error(`${theme} has no --${name}`);
    return found;
  };
  const ratio = (one: string, other: string): number => contrast(colour(one), colour(other));

  test.each(GROUNDS)("text reads on %s", (ground) => {
    expect(ratio("ink", ground)).toBeGreaterThan(12);
    expect(ratio("ink2", ground)).toBeGreaterThan(7);
    expect(ratio("ink3", ground)).toBeGreaterThanOrEqual(4.8);
  });

  test.each(["ok", "bad", "acc"])("%s reads as text on its own tint and on surfaces", (tone) => {
    expect(ratio(tone, `${tone}s`)).toBeGreaterThanOrEqual(4.5);
    expect(ratio(tone, "s")).toBeGreaterThanOrEqual(4.5);
    expect(ratio(tone, "bg")).toBeGreaterThanOrEqual(4.5);
  });

  test("what stands on a filled ground reads", () => {
    expect(ratio("on-acc", "acc")).toBeGreaterThanOrEqual(4.5);
    expect(ratio("on-rehearsal", "rehearsal")).toBeGreaterThanOrEqual(4.5);
    expect(ratio("rail-ink", "rail")).toBeGreaterThanOrEqual(4.5);
    expect(ratio("on-rail-on", "rail-on")).toBeGreaterThanOrEqual(4.5);
    expect(ratio("gold", "rail")).toBeGreaterThanOrEqual(3);
  });

  test("the border of an input shows against its ground", () => {
    expect(ratio("edge", "s")).toBeGreaterThanOrEqual(3.7);
  });

  test.each(STEPS)("%s reads, and its edge shows on a row", (step) => {
    expect(ratio(`${step}-ink`, step)).toBeGreaterThanOrEqual(4.95);
    expect(ratio(`${step}-edge`, "s")).toBeGreaterThanOrEqual(4.9);
  });

  test.each([
    ["deuteranopia", 14],
    ["protanopia", 13],
    ["tritanopia", 17],
  ] as const)("neighbouring steps differ with %s by at least %d", (deficiency, least) => {
    for (const [index, step] of STEPS.slice(1).entries()) {
      const [before, after] = [colour(STEPS[index] ?? "golden"), colour(step)];
      const apart = difference(seenWith(deficiency, before), seenWith(deficiency, after));
      expect(Math.round(apart), `${STEPS[index]} and ${step}`).toBeGreaterThanOrEqual(least);
    }
  });

  test("lightness moves one way step by step, so the ramp reads in grey", () => {
    const lightness = STEPS.map((step) => Math.round(lab(colour(step))[0]));
    expect(lightness).toEqual(theme === "light" ? [90, 78, 47, 21] : [15, 22, 66, 76]);
  });
});

test("both themes set the same tokens", () => {
  expect([...THEMES.dark.keys()].sort()).toEqual([...THEMES.light.keys()].sort());
});
