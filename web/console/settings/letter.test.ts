import { expect, test } from "vitest";
import { freeLetter } from "./letter";

test("a new shop gets the first letter that no shop has", () => {
  expect(freeLetter([])).toBe("S");
  expect(freeLetter(["S"])).toBe("A");
  expect(freeLetter(["B", "S", "A"])).toBe("C");
  expect(freeLetter([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"])).toBe("S");
});
