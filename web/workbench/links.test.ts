import { expect, test } from "vitest";
import { pieces } from "./links";

test("addresses become links, words stay words", () => {
  const found = pieces("看 https://shop.example/a?b=1，谢谢");
  expect(found.map(({ text }) => text)).toEqual(["看 ", "https://shop.example/a?b=1", "，谢谢"]);
  expect(found.map(({ host }) => host)).toEqual(["", "shop.example", ""]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "http://", "plain", ""])("%j is no link", (text) => {
  expect(pieces(text)).toEqual([{ text, href: null, host: "" }]);
});
