import { expect, test } from "vitest";
import { shared } from "./shared";

const before = {
  now: 1,
  people: [
    { id: 1, waits: [5, null] },
    { id: 2, waits: [] },
  ],
  over: { "6": 1 },
};

test("what says the same is the same, at every depth", () => {
  const now = shared(before, structuredClone(before));
  expect(now).toBe(before);
});

test("a change is taken over, and all beside it stays", () => {
  const changed = structuredClone(before);
  changed.people[1] = { id: 2, waits: [7] };
  changed.now = 2;
  const now = shared(before, changed);
  expect(now).toEqual(changed);
  expect(now.people[0]).toBe(before.people[0]);
  expect(now.over).toBe(before.over);
  expect(now.people).not.toBe(before.people);
});

test("a list that grew or shrank keeps the parts that are still in their place", () => {
  const grown = shared(before.people, [...structuredClone(before.people), { id: 3, waits: [] }]);
  expect(grown).toHaveLength(3);
  expect(grown[1]).toBe(before.people[1]);
  expect(shared(before.people, structuredClone(before.people.slice(0, 1)))).toHaveLength(1);
});

test("a field that is gone or new makes another record", () => {
  expect(shared({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(shared({ a: 1 }, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
});

test("nothing and something are told apart", () => {
  expect(shared(null, { a: null })).toEqual({ a: null });
  expect(shared({ a: { b: 1 } }, { a: null })).toEqual({ a: null });
  expect(shared([1], { "0": 1 })).toEqual({ "0": 1 });
});
