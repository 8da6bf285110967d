import { beforeAll, expect, test } from "vitest";
import { speak } from "@/kit/words";
import { betterWay, changeOf, fraction, reasonsOf, shown, targetText, trendsOf } from "./figure";
import { caliber, figure, key } from "./testing";

beforeAll(() => speak("en"));

const rate = caliber();
const seconds = caliber({ kind: "seconds", measure: "mean" });
const plain = caliber({ kind: "count", measure: "sessions" });

test.each([
  [rate, 91.8, "91.80%"],
  [rate, 0, "0.00%"],
  [caliber({ kind: "ratio", measure: "answer_ratio" }), 130, "130.00%"],
  [seconds, 1537.106, "1,537.11 s"],
  [plain, 41806, "41,806"],
  [rate, null, "no data"],
  [plain, null, "no data"],
])("%o of %s reads %s", (of, value, text) => {
  expect(shown(of, value)).toBe(text);
});

test("a quotient shows both sides, a percentile only how many there were, nothing shows neither", () => {
  expect(fraction(rate, { num: 38386, den: 41806 })).toBe("38,386 / 41,806");
  expect(fraction(seconds, { num: 1537106, den: 62484 })).toBe("1,537,106 s / 62,484");
  expect(fraction(caliber({ measure: "median", kind: "seconds" }), { num: 3, den: 7 })).toBe("of 7");
  expect(fraction(rate, { num: 0, den: 0 })).toBe("");
});

test("the arrow is the direction, good or bad is the caliber's", () => {
  const less = { value: 90, vs: { num: 0, den: 1, value: 92.9 } };
  expect(changeOf(rate, less)).toEqual({ by: -2.9, good: false });
  expect(changeOf(seconds, less)).toEqual({ by: -2.9, good: true });
  expect(changeOf(plain, less)).toEqual({ by: -2.9, good: null });
  expect(changeOf(rate, { value: 1, vs: { num: 0, den: 1, value: 1 } })).toEqual({ by: 0, good: null });
});

test("without one of the two there is no change", () => {
  expect(changeOf(rate, { value: null, vs: { num: 0, den: 1, value: 1 } })).toBeNull();
  expect(changeOf(rate, { value: 1, vs: null })).toBeNull();
  expect(changeOf(rate, { value: 1, vs: { num: 0, den: 0, value: null } })).toBeNull();
});

test("a target says which way is better, whatever the measure", () => {
  expect(betterWay(caliber({ measure: "sessions", target: { sense: "below", value: 3 } }))).toBe(-1);
  expect(betterWay(caliber({ measure: "sessions", target: { sense: "at_least", value: 3 } }))).toBe(1);
});

test("a target is written with its sign and the figure's unit", () => {
  expect(targetText(caliber({ kind: "seconds", target: { sense: "below", value: 30 } }))).toBe("<30 s");
  expect(targetText(caliber({ target: { sense: "at_least", value: 95 } }))).toBe("≥95%");
});

test("reasons stand with the most first; what nobody knows keeps its name", () => {
  expect(reasonsOf({ window: 3, bots_strike: 5, leave: 0 }).map((each) => [each.reason, each.many])).toEqual([
    ["bots_strike", 5],
    ["window", 3],
  ]);
});

test("a day the server does not mention has no data", () => {
  const rows = [
    figure({ key: key({ day: "2026-11-01" }), value: 1 }),
    figure({ key: key({ day: "2026-11-03" }), value: 3, vs: { num: 0, den: 1, value: 2 } }),
  ];
  expect(trendsOf(rows, ["2026-11-01", "2026-11-02", "2026-11-03"]).get("c")).toEqual({
    values: [1, null, 3],
    vs: [null, null, 2],
  });
});
