import { describe, expect, it } from "vitest";
import { linked } from "./links.ts";

const parts = (text: string) =>
  linked(text)
    .map((part) => (typeof part === "string" ? part : { host: part.textContent, to: part.href }))
    .filter(Boolean);

describe("links in what people write", () => {
  it("shows where an address leads and keeps the text around it", () => {
    expect(parts("see https://a.example/b?c=1, then reply")).toEqual([
      "see ",
      { host: "a.example", to: "https://a.example/b?c=1" },
      ", then reply",
    ]);
  });

  it("leaves Chinese punctuation out of the address", () => {
    expect(parts("看https://a.example。好")).toEqual([
      "看",
      { host: "a.example", to: "https://a.example/" },
      "。好",
    ]);
  });

  it("shows the true host of an address that pretends another", () => {
    expect(parts("https://bank.example@evil.example/")).toEqual([
      { host: "evil.example", to: "https://bank.example@evil.example/" },
    ]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "ftp://a.example/x", "http://", "<a href=x>y</a>"])(
    "leaves %s as text",
    (text) => {
      expect(linked(text).join("")).toBe(text);
      expect(linked(text).some((part) => typeof part !== "string")).toBe(false);
    },
  );
});
