import { describe, expect, test } from "vitest";
import type { Row } from "@/live/rows";
import { arranged, neighbour, pinOf, unseen, urgent } from "./order";

function row(c: string, waiting_since: number | null, spoke = 0): Row {
  const last = { by: "buyer", kind: "text", text: "", at: spoke };
  return {
    ...{ c, shop: 1, group: 1, channel: "widget", buyer: c, buyer_name: c, agent: 1, mine: true },
    ...{ started_at: 0, waiting_since, first_answered: true, unread: 0, read_by_buyer: 0, last, position: 9 },
  };
}

const names = (rows: readonly Row[]): string => rows.map(({ c }) => c).join(" ");

describe("the order of the list", () => {
  const rows = [row("young", 900), row("old", 100), row("said", null, 300), row("just", null, 800)];

  test("puts the longest wait on top, and below it who spoke last", () => {
    const { waiting, resting } = arranged(rows, null);
    expect([names(waiting), names(resting)]).toEqual(["old young", "just said"]);
  });

  test("leaves the open conversation where it was opened, answered or not", () => {
    const open = row("open", 500);
    const answered = row("open", null, 950);
    const { waiting, resting } = arranged([...rows, answered], pinOf(open));
    expect([names(waiting), names(resting)]).toEqual(["old open young", "just said"]);
  });

  test("puts what was handed on below who waits and above who rests, until it was looked at", () => {
    const handed = new Map([["just", 850]]);
    const all = arranged(rows, null, handed);
    expect([names(all.waiting), names(all.resting)]).toEqual(["old young just", "said"]);
    expect(names(urgent(rows, handed))).toBe("old young just");
    const looked = arranged(rows, pinOf(row("just", null, 800), handed));
    expect(names(looked.waiting)).toBe("old young just");
  });

  test("is the same whatever order the rows came in", () => {
    const equal = [row("b", 5), row("a", 5), row("d", null, 5), row("c", null, 5)];
    expect(arranged(equal, null)).toEqual(arranged(equal.toReversed(), null));
  });

  test("counts who began to wait while the list stood still", () => {
    const shown = arranged(rows, null);
    expect(unseen(rows, shown)).toBe(0);
    expect(unseen([...rows, row("new", 950), row("said", 960)], shown)).toBe(2);
  });
});

describe("the next one waiting", () => {
  const circle = urgent([row("b", 2), row("a", 1), row("c", 3)]).map(({ c }) => c);

  test.each([
    [null, 1, "a"],
    [null, -1, "c"],
    ["a", 1, "b"],
    ["c", 1, "a"],
    ["a", -1, "c"],
    ["answered", 1, "a"],
  ] as const)("from %s by %i is %s", (from, step, to) => {
    expect(neighbour(circle, from, step)).toBe(to);
  });

  test("is nobody when nobody waits", () => {
    expect(neighbour([], "a", 1)).toBeNull();
  });
});
