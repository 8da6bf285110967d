import { describe, expect, test } from "vitest";
import {
  filled,
  indexed,
  type Known,
  missingIn,
  opensPalette,
  search,
  slashAt,
  textIn,
  VARIABLES,
} from "./replies";
import type { Reply } from "./shapes";

function reply(
  id: number,
  code: string,
  title: string,
  initials: string,
  pinyin: string,
  text = "",
  group = 1,
): Reply {
  const rest = { campaign: null, campaign_name: null, picture: null, own: false };
  return { id, code, title, initials, pinyin, text, group, ...rest };
}

const index = indexed([
  reply(1, "fhsj", "发货时间", "fhsj", "fahuoshijian", "24 点前付款，明早发出"),
  reply(2, "thyf", "退货运费", "thyf", "tuihuoyunfei", "运费由我们承担，7 天内发货退回"),
  reply(3, "fp", "开发票", "kfp", "kaifapiao", "电子发票"),
  reply(4, "hi", "Hello", "h", "hello", "{agent} here", 2),
]);
const ids = (query: string, group: number | null = null): number[] =>
  search(index, query, group).found.map((f) => f.reply.id);

describe("finding a quick reply", () => {
  test.each([
    ["fh", [1]],
    ["FHSJ", [1]],
    ["fahuo", [1]],
    ["huoyun", [2]],
    ["kf", [3]],
    ["发货", [1, 2]],
    ["电子", [3]],
    ["zzz", []],
  ])("by %s", (query, found) => {
    expect(ids(query)).toEqual(found);
  });

  test("puts a code before initials, and both before a part of the words", () => {
    expect(ids("f")[0]).toBe(1);
    expect(ids("fp")[0]).toBe(3);
  });

  test("shows my group's replies first among equals", () => {
    expect(ids("", 2)[0]).toBe(4);
    expect(ids("", 1).at(-1)).toBe(4);
  });

  test("marks what was met, initials on the characters they stand for", () => {
    expect(search(index, "sj", null).found[0]).toMatchObject({ code: [2, 4], title: [2, 4] });
    expect(search(index, "kfp", null).found[0]).toMatchObject({ code: null, title: [0, 3] });
    expect(search(index, "付款", null).found[0]).toMatchObject({ title: null, text: [5, 7] });
  });

  test("shows nine and says how many there are", () => {
    const many = indexed(Array.from({ length: 30 }, (_, id) => reply(id, `fh${id}`, "", "", "")));
    expect(search(many, "fh", null).found).toHaveLength(9);
    expect(search(many, "fh", null).total).toBe(30);
  });

  test("among 5,000 takes less than a frame", () => {
    const many = indexed(
      Array.from({ length: 5000 }, (_, id) =>
        reply(id, `c${id}`, `标题${id}`, "bt", "biaoti", "正文".repeat(30)),
      ),
    );
    search(many, "正文正", 1);
    const before = performance.now();
    search(many, "文正文", 1);
    expect(performance.now() - before).toBeLessThan(16);
  });
});

describe("filling a quick reply", () => {
  const known = {
    ...Object.fromEntries(VARIABLES.map((variable) => [variable, null])),
    ...{ agent: "林小满", shop: "南栀", buyer: "陈女士", "order.status": "待发货" },
  } as Known;

  test("puts in what is known, and says what is missing", () => {
    const parts = filled("{buyer}您好，订单 {order} 由{agent}处理", known);
    expect(parts.map((part) => part.text).join("")).toBe("陈女士您好，订单 {order} 由林小满处理");
    expect(parts.filter((part) => part.missing).map((part) => part.variable)).toEqual(["order"]);
  });

  test("knows the parts of an order", () => {
    expect(textIn(filled("{order.number}：{order.status}", known))).toBe("{order.number}：待发货");
    expect(missingIn("{order.number}，{order.colour}")).toEqual(["order.number"]);
  });

  test("leaves other braces alone", () => {
    expect(filled("{大} {x}", known)).toEqual([{ text: "{大} {x}", variable: null, missing: false }]);
  });

  test("finds each missing variable once", () => {
    expect(missingIn("{order} and {order} of {shop}")).toEqual(["order", "shop"]);
    expect(missingIn("nothing {else}")).toEqual([]);
  });
});

describe("the slash", () => {
  test.each([
    ["", true],
    ["好的 ", true],
    ["件，", true],
    ["亲", true],
    ["http:/", false],
    ["11", false],
    ["and", false],
  ])("after %j opens the palette: %s", (before, opens) => {
    expect(opensPalette(`${before}/`, before.length)).toBe(opens);
  });

  test("searches for what stands between it and the caret", () => {
    expect(slashAt("亲 /fh 好", 2, 5)).toEqual({ at: 2, query: "fh" });
    expect(slashAt("亲 、fh", 2, 5)).toEqual({ at: 2, query: "fh" });
    expect(slashAt("亲 /fh 好", 2, 7)).toBeNull();
    expect(slashAt("亲 /fh", 2, 2)).toBeNull();
    expect(slashAt("亲 fh", 2, 4)).toBeNull();
  });
});
