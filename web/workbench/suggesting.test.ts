import { describe, expect, test } from "vitest";
import { indexed } from "./replies";
import type { Reply } from "./shapes";
import { clauseStart, ranker } from "./suggesting";

function reply(id: number, title: string, text: string, group = 1): Reply {
  const rest = { initials: "", pinyin: "", campaign: null, campaign_name: null, picture: null, own: false };
  return { id, code: `c${id}`, title, text, group, ...rest };
}

const index = indexed([
  reply(1, "发货时间", "现货当天 16:00 前付款当天发出"),
  reply(2, "退货运费", "退货的运费由我们承担"),
  reply(3, "尺码推荐", "请告诉我身高和体重"),
  reply(4, "Shipping time", "Paid before four, it leaves today."),
]);
const first = (typed: string, asked = ""): number | undefined =>
  ranker(index).rank(typed, asked, 1)[0]?.reply.id;

describe("suggestions", () => {
  test.each([
    ["退货", "", 2],
    ["shipp", "", 4],
    ["", "我身高165体重115斤", 3],
    ["", "运费谁出", 2],
    ["", "what is the shipping time", 4],
    ["", "量子力学", undefined],
    ["退", "", undefined],
  ])("for %j after %j", (typed, asked, found) => {
    expect(first(typed, asked)).toBe(found);
  });

  test("go by what is typed more than by what was asked", () => {
    expect(first("发货时间", "退货运费谁出")).toBe(1);
  });

  test("say whether what is typed led to them", () => {
    expect(ranker(index).rank("退货", "", 1)[0]?.typed).toBe(true);
    expect(ranker(index).rank("", "退货的运费", 1)[0]?.typed).toBe(false);
  });

  test("are three at most, each between 0 and 1", () => {
    const many = indexed(Array.from({ length: 9 }, (_, id) => reply(id, "发货", "今天发货")));
    const found = ranker(many).rank("发货", "什么时候发货", 1);
    expect(found).toHaveLength(3);
    for (const { confidence } of found) expect(confidence).toBeGreaterThan(0);
    for (const { confidence } of found) expect(confidence).toBeLessThanOrEqual(1);
  });

  test("among 5,000 take less than a frame", () => {
    const many = indexed(
      Array.from({ length: 5000 }, (_, id) => reply(id, `标题${id}`, `第${id}条发货说明`.repeat(8))),
    );
    const made = ranker(many);
    made.rank("发货", "什么时候发货呀我很急", 1);
    const before = performance.now();
    made.rank("发货说", "什么时候发货呀我很急", 1);
    expect(performance.now() - before).toBeLessThan(16);
  });
});

describe("the clause that is typed", () => {
  test.each([
    ["发货", 0, 0],
    ["好的，发货", 0, 3],
    ["好的。 发货", 0, 4],
    ["3.5 斤", 0, 0],
    ["Yes. ship", 0, 5],
    ["已插入的话后面", 5, 5],
    ["好的，", 0, 3],
  ])("in %j after %i begins at %i", (text, from, start) => {
    expect(clauseStart(text, text.length, from)).toBe(start);
  });
});
