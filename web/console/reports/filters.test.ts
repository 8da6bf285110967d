import { expect, test } from "vitest";
import { asked, daysWithData, filtersOf, NAMES, queryOf, rangeIn, versusOf, vsOf } from "./filters";
import type { Sources } from "./shapes";

const SHOP = { name: "", platform: "jd", zone: "Asia/Shanghai", conversations: 1, messages: 1, rehearsed: 0 };
const SOURCES: Sources = {
  shops: [
    { ...SHOP, number: 1, first_day: "2026-10-01", last_day: "2026-11-11" },
    { ...SHOP, number: 2, first_day: "2026-09-01", last_day: "2026-10-05" },
    { ...SHOP, number: 3, first_day: null, last_day: null },
  ],
  groups: [],
  agents: [],
  benchmarks: [],
  orders: false,
  rehearsals: false,
};
const none = filtersOf({});

test("an address always names the filters in one order, then the page's own", () => {
  const filters = filtersOf({
    caliber: "jd_first_30s",
    vs: "previous",
    to: "2026-11-11",
    from: "2026-11-01",
    shop: "1",
  });
  expect(Object.keys(queryOf(filters, { at: "20", shop: "9" }))).toEqual([
    "shop",
    "from",
    "to",
    "vs",
    "caliber",
    "at",
  ]);
  expect(queryOf(filters, {}).shop).toBe("1");
  expect(queryOf(none, { miss: "" })).toEqual({});
});

test("what an address says survives being read and written", () => {
  const query = Object.fromEntries(NAMES.map((name) => [name, `a ${name}`]));
  expect(queryOf(filtersOf(query))).toEqual(query);
});

test("without days, those that hold data, at most the last thirty", () => {
  expect(rangeIn(none, SOURCES, "2026-11-25")).toEqual({ from: "2026-10-13", to: "2026-11-11" });
  expect(rangeIn(none, SOURCES, "2026-11-08")).toEqual({ from: "2026-10-10", to: "2026-11-08" });
  expect(rangeIn({ ...none, shop: "2" }, SOURCES, "2026-11-25")).toEqual({
    from: "2026-09-06",
    to: "2026-10-05",
  });
  const three = {
    ...SOURCES,
    shops: [{ ...SHOP, number: 1, first_day: "2026-11-10", last_day: "2026-11-12" }],
  };
  expect(rangeIn(none, three, "2026-11-25")).toEqual({ from: "2026-11-10", to: "2026-11-12" });
  expect(rangeIn({ ...none, shop: "3" }, SOURCES, "2026-11-25").to).toBe("2026-11-25");
});

test("days that are no days, or the wrong way round, are not taken", () => {
  const last = { from: "2026-10-13", to: "2026-11-11" };
  expect(rangeIn({ ...none, from: "2026-02-30", to: "2026-03-01" }, SOURCES, "2026-11-25")).toEqual(last);
  expect(rangeIn({ ...none, from: "2026-11-02", to: "2026-11-01" }, SOURCES, "2026-11-25")).toEqual(last);
});

test("the days with data are those of the shop asked for", () => {
  expect(daysWithData(SOURCES)).toEqual({ from: "2026-09-01", to: "2026-11-11" });
  expect(daysWithData(SOURCES, "3")).toBeUndefined();
});

test.each(["none", "2026-10-21..2026-10-31", "benchmark:团队 目标"])(
  "a comparison with %s survives",
  (vs) => {
    expect(vsOf(versusOf(vs))).toBe(vs);
  },
);

test("nothing said compares with the days before; so does nonsense", () => {
  expect(versusOf("")).toEqual({ kind: "previous" });
  expect(versusOf("2026-13-01..x")).toEqual({ kind: "previous" });
});

test("a door is asked in the same order, with the days and the comparison written out", () => {
  const range = { from: "2026-11-01", to: "2026-11-11" };
  expect(asked({ ...none, agent: "a&b" }, range, { by: "day" })).toBe(
    "agent=a%26b&from=2026-11-01&to=2026-11-11&vs=previous&by=day",
  );
  expect(asked({ ...none, vs: "none" }, range, { caliber: "x" })).toBe(
    "from=2026-11-01&to=2026-11-11&caliber=x",
  );
});
