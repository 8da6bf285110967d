import { expect, test } from "vitest";
import { barOf, type Person, peopleOf, ranked } from "./people";
import { caliber, figure, key } from "./testing";

const rate = caliber();
const seconds = caliber({ kind: "seconds", measure: "mean" });
const names = (people: readonly Person[]): string[] => people.map((each) => each.name);

function people(values: Readonly<Record<string, number | null>>): Person[] {
  const rows = Object.entries(values).map(([agent, value]) => figure({ key: key({ agent }), value }));
  return peopleOf(rows, "agent", { a: "Ann", b: "Bo", c: "Cy" }, "nobody");
}

test("worst first is the lowest share and the longest wait; no figure stands last either way", () => {
  const all = people({ a: 90, b: null, c: 80 });
  expect(names(ranked(all, rate, "worst"))).toEqual(["Cy", "Ann", "Bo"]);
  expect(names(ranked(all, rate, "best"))).toEqual(["Ann", "Cy", "Bo"]);
  expect(names(ranked(all, seconds, "worst"))).toEqual(["Ann", "Cy", "Bo"]);
});

test("equals and whoever is sorted by name stand by name", () => {
  const all = people({ c: 5, a: 5, b: 5 });
  expect(names(ranked(all, rate, "worst"))).toEqual(["Ann", "Bo", "Cy"]);
  expect(names(ranked(all, rate, "name"))).toEqual(["Ann", "Bo", "Cy"]);
});

test("conversations that nobody had stand below every person", () => {
  const rows = [
    figure({ key: key({ agent: null }), value: 0 }),
    figure({ key: key({ agent: "a" }), value: 90 }),
  ];
  const all = peopleOf(rows, "agent", { a: "Ann" }, "nobody");
  expect(names(ranked(all, rate, "worst"))).toEqual(["Ann", "nobody"]);
  expect(names(ranked(all, rate, "name"))).toEqual(["Ann", "nobody"]);
});

test("figures of one person are one row, and nobody's conversations are a row of their own", () => {
  const rows = [
    figure({ key: key({ agent: "a" }) }),
    figure({ key: key({ agent: "a" }), caliber: "d" }),
    figure({ key: key({ agent: null }) }),
    figure({ key: key({ agent: "z" }) }),
  ];
  expect(peopleOf(rows, "agent", { a: "Ann" }, "nobody").map((each) => [each.name, each.cells.size])).toEqual(
    [
      ["Ann", 2],
      ["nobody", 1],
      ["z", 1],
    ],
  );
});

test("a share's bar is the share, others are measured against the largest", () => {
  expect(barOf(rate, 91.82, 95)).toBe(91.8);
  expect(barOf(seconds, 15, 60)).toBe(25);
  expect(barOf(seconds, null, 60)).toBe(0);
  expect(barOf(seconds, 0, 0)).toBe(0);
});
