import { describe, expect, test } from "vitest";
import { deedOf, KEYS, type Struck } from "./keys";

function struck(code: string, held = "", more: Partial<Struck> = {}): Struck {
  return {
    ...{ code, isComposing: false, keyCode: 0 },
    altKey: held.includes("alt"),
    ctrlKey: held.includes("ctrl"),
    metaKey: held.includes("meta"),
    shiftKey: held.includes("shift"),
    ...more,
  };
}

describe("the keys of the workbench", () => {
  test.each([
    ["ArrowDown", "alt", "next"],
    ["KeyG", "alt", "take"],
    ["Slash", "ctrl", "keys"],
    ["Slash", "meta", "keys"],
    ["F6", "shift", "previous_region"],
  ])("%s with %s does %s", (code, held, deed) => {
    expect(deedOf(struck(code, held), true)?.deed).toBe(deed);
  });

  test("a digit says which row", () => {
    expect(deedOf(struck("Digit3", "alt shift"), true)).toEqual({ deed: "open_row", row: 2 });
  });

  test.each([
    ["KeyG", ""],
    ["KeyG", "alt ctrl"],
    ["KeyG", "alt shift"],
    ["ArrowDown", ""],
    ["Digit3", "alt"],
  ])("%s with %j means nothing", (code, held) => {
    expect(deedOf(struck(code, held), true)).toBeNull();
  });

  test("no key fires while an input method composes", () => {
    expect(deedOf(struck("KeyG", "alt", { isComposing: true }), true)).toBeNull();
    expect(deedOf(struck("KeyG", "alt", { keyCode: 229 }), true)).toBeNull();
  });

  test("a question mark in a field is a question mark", () => {
    expect(deedOf(struck("Slash", "shift"), true)).toBeNull();
    expect(deedOf(struck("Slash", "shift"), false)?.deed).toBe("keys");
  });

  test("no two deeds share a key", () => {
    const places = KEYS.flatMap(({ codes, alt, ctrl, shift }) =>
      codes.map((code) => `${code}${alt}${ctrl}${shift}`),
    );
    expect(new Set(places).size).toBe(places.length);
  });
});
