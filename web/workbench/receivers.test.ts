import { expect, test } from "vitest";
import type { Colleague } from "@/live/frames";
import { ofGroup, receivers, withRoom } from "./receivers";

function colleague(id: number, given: Partial<Colleague> = {}): Colleague {
  return {
    ...{
      t: "colleague",
      id,
      name: `agent ${id}`,
      played: false,
      role: "agent",
      groups: [1],
      limit: 5,
      open: 0,
    },
    ...{ connected: true, ready: true, break_reason: "", shift: "none", since: 0 },
    ...given,
  } as Colleague;
}

const ids = (people: readonly Colleague[]): number[] => people.map(({ id }) => id);

test("a buyer is passed on to people at work, and a rehearsal's agents are there for its buyers only", () => {
  const people = [
    colleague(1),
    colleague(2),
    colleague(3, { ready: false }),
    colleague(4, { shift: "out" }),
    colleague(5, { connected: false }),
    colleague(6, { played: true }),
  ];
  expect(ids(receivers(people, { agent: 1, channel: "widget" }))).toEqual([2]);
  expect(ids(receivers(people, { agent: 1, channel: "rehearsal" }))).toEqual([2, 6]);
});

test("of a group, who is there and who has room", () => {
  const people = [colleague(1, { open: 5 }), colleague(2, { groups: [2] }), colleague(3)];
  expect(ids(ofGroup(people, 1))).toEqual([1, 3]);
  expect(ids(withRoom(ofGroup(people, 1)))).toEqual([3]);
});
