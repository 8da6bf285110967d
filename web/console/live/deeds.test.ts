import { expect, test } from "vitest";
import { effectScope } from "vue";
import type { Desk } from "@/live/desk";
import type { StaffCommand } from "@/live/frames";
import { backWhereItWas, type Deeds, useDeeds } from "./deeds";

function deedsOf(told: StaffCommand[]): Deeds {
  const desk = { tell: (command: StaffCommand) => told.push(command) > 0 } as unknown as Desk;
  return effectScope().run(() => useDeeds(desk)) as Deeds;
}

const back = (...cs: string[]) => cs.map((c) => backWhereItWas({ c, agent: 1 }));
const texts = (deeds: Deeds): string[] => deeds.done.value.map(({ text }) => text);

test("what stayed where it was is neither counted nor taken back", () => {
  const told: StaffCommand[] = [];
  const deeds = deedsOf(told);
  deeds.act([], (count) => `${count} moved`, back("a", "b", "c"));
  deeds.stayed("b");
  deeds.stayed("elsewhere");
  expect(texts(deeds)).toEqual(["2 moved"]);
  for (const deed of deeds.done.value) deeds.undo(deed);
  expect(told).toEqual(back("a", "c"));
});

test("a deed of which everything stayed is none, an older one of the same is", () => {
  const deeds = deedsOf([]);
  deeds.act([], () => "older", back("a"));
  deeds.act([], () => "newer", back("a"));
  deeds.stayed("a");
  expect(texts(deeds)).toEqual(["older"]);
});
