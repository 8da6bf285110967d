import { expect, test } from "vitest";
import { parted } from "./whole-name";

test("names that share a long beginning keep the ends that tell them apart", () => {
  const ends = ["南栖旗舰店:晓晓001", "南栖旗舰店:晓晓002", "nanqi-flagship:ada"].map((name) => parted(name));
  expect(ends).toEqual([
    { start: "南栖旗舰店:晓", end: "晓001" },
    { start: "南栖旗舰店:晓", end: "晓002" },
    { start: "nanqi-flagsh", end: "ip:ada" },
  ]);
});

test("a short name is all end, and nothing is lost of any", () => {
  expect(parted("周小满")).toEqual({ start: "", end: "周小满" });
  expect(parted("")).toEqual({ start: "", end: "" });
  const { start, end } = parted("😀店铺客服小满");
  expect(start + end).toBe("😀店铺客服小满");
});
