import { beforeAll, expect, test } from "vitest";
import { speak } from "@/kit/words";
import {
  byPlatform,
  clockWords,
  denominatorWords,
  fitting,
  linksIn,
  numeratorWords,
  versionWords,
  whoWords,
} from "./meaning";
import { caliber } from "./testing";

beforeAll(() => speak("zh"));

test("clock, hours and cap are said in one line", () => {
  expect(clockWords(caliber())).toBe("首句起 · 全天");
  expect(clockWords(caliber({ clock: "queue", window: [9, 23] }))).toBe("进排队起 · 9–23 点");
  expect(clockWords(caliber({ unit: "turn", human_stage: true, cap: 600 }))).toBe(
    "每轮 · 转人工起 · 全天 · 封顶 600 秒",
  );
  expect(clockWords(caliber({ measure: "answer_ratio" }))).toBe("消息 · 全天");
});

test("both sides are said with the limit, the unit and who counts", () => {
  const given = caliber({ threshold: 30, window: [9, 23], clock: "queue" });
  expect(numeratorWords(given)).toBe("30 秒内人工回复的会话");
  expect(denominatorWords(given)).toBe("9–23 点的会话");
});

test("whose answers count follows the widest of them", () => {
  expect(whoWords(caliber())).toBe("人");
  expect(whoWords(caliber({ valid: ["agent", "bot_assist"] }))).toBe("人 · 辅助");
  expect(whoWords(caliber({ valid: ["bot_auto", "agent"] }))).toBe("人+机器人");
});

test("a version that is a number reads as one", () => {
  expect(versionWords(caliber())).toBe("v1 · 规定");
  expect(versionWords(caliber({ platform: "jd", version: { zh: "2021-12", en: "2021-12" } }))).toBe(
    "2021-12 · 公开页",
  );
});

test("a source's addresses become links, its words do not", () => {
  expect(linksIn("https://a.cn/x/1 ; https://b.com/y 见页尾").map((each) => each.host)).toEqual([
    "a.cn",
    "b.com",
  ]);
  expect(linksIn("店内规定")).toEqual([]);
});

test("the house stands first, then one's own, then the trade, then what nobody knows", () => {
  const groups = byPlatform([
    caliber({ id: "z", platform: "zulu" }),
    caliber({ id: "j", platform: "jd" }),
    caliber({ id: "o", platform: "jd", own: true }),
    caliber({ id: "h" }),
  ]);
  expect(groups.map((each) => each.platform)).toEqual(["house", "own", "jd", "zulu"]);
});

test("a shop sees the calibers of its own side of the world", () => {
  const all = ["house", "jd", "amazon", "etsy"].map((platform) => caliber({ id: platform, platform }));
  const seen = (platforms: string[]): string[] => fitting(all, platforms).map((each) => each.id);
  expect(seen(["desk"])).toEqual(["house", "jd"]);
  expect(seen(["amazon"])).toEqual(["house", "amazon"]);
  expect(seen(["jd", "etsy"])).toEqual(["house", "jd", "etsy"]);
  expect(seen([])).toEqual(["house", "jd"]);
});
