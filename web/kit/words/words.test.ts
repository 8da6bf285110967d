// @vitest-environment node
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { missingWords } from "./complete";
import { format } from "./format";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folders = globSync("{kit,console,workbench,live}/**/zh.json", { cwd: ROOT }).map((file) =>
  dirname(file),
);

test("every word stands in both languages", () => {
  expect(missingWords(ROOT)).toEqual([]);
});

/** The names a text fills in; what stands in a plural's own braces is text. */
function values(text: string): string[] {
  const plain = text.replace(/\{(\w+), plural, (?:=?\w+ \{[^{}]*\}\s*)+\}/g, "{$1}");
  return [...new Set([...plain.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? ""))].sort();
}

describe.each(folders)("in %s", (folder) => {
  const read = (name: string): Record<string, string> =>
    JSON.parse(readFileSync(join(ROOT, folder, name), "utf8"));

  test("both languages fill in the same values", () => {
    const [zh, en] = [read("zh.json"), read("en.json")];
    const different = Object.keys(zh).filter(
      (key) => values(zh[key] ?? "").join() !== values(en[key] ?? "").join(),
    );
    expect(different).toEqual([]);
  });

  test("nothing on screen shouts or smiles", () => {
    const shouting = /[!！]|\p{Extended_Pictographic}/u;
    const all = [...Object.values(read("zh.json")), ...Object.values(read("en.json"))];
    expect(all.filter((text) => shouting.test(text))).toEqual([]);
  });
});

describe("format", () => {
  test("fills in what is given and leaves the rest readable", () => {
    expect(format("{name} of {shop}", { name: "Lin" }, "en")).toBe("Lin of {shop}");
  });

  test.each([
    [0, "0 rows left"],
    [1, "1 row left"],
    [2, "2 rows left"],
  ])("chooses the English plural of %d", (count, text) => {
    expect(format("{count, plural, one {# row} other {# rows}} left", { count }, "en")).toBe(text);
  });

  test("a number is grouped as the language groups it", () => {
    expect(format("{count} of {n, plural, one {#} other {#}}", { count: 4264, n: 12_000 }, "en")).toBe(
      "4,264 of 12,000",
    );
  });

  test("an exact number goes before its plural class", () => {
    expect(format("{n, plural, =0 {nobody} one {one} other {#}}", { n: 0 }, "en")).toBe("nobody");
  });
});
