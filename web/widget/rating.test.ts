import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Asking, ratingCard } from "./rating.ts";

function opened(language: "zh" | "en" = "en") {
  const give = vi.fn<Asking["give"]>();
  const card = ratingCard({ language, give, grown: () => undefined });
  document.body.replaceChildren(card);
  const click = (name: string) =>
    [...card.querySelectorAll("button")]
      .find((each) => each.ariaLabel === name || each.textContent === name)
      ?.click();
  const chips = () => [...card.querySelectorAll(".chip")].map((each) => each.textContent);
  return { card, give, click, chips };
}

describe("the rating card", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks for reasons that go with the score, and sends those chosen", () => {
    const { give, click, chips } = opened();
    expect(chips()).toEqual([]);
    click("5 · Very good");
    expect(chips()).toEqual(["Fast", "Solved", "Friendly", "Send"]);
    click("Fast");
    click("Solved");
    click("Fast");
    click("4 · Good");
    click("Send");
    expect(give).toHaveBeenCalledExactlyOnceWith({ score: 4, reasons: ["solved"] });
  });

  it("forgets praise when the score is none", () => {
    const { give, click, chips } = opened();
    click("4 · Good");
    click("Friendly");
    click("2 · Poor");
    expect(chips()).toEqual(["Slow", "Not solved", "Unfriendly", "Only a robot", "Send"]);
    click("Send");
    expect(give).toHaveBeenCalledExactlyOnceWith({ score: 2, reasons: [] });
  });

  it("sends a score by itself after a while, and again until the card is gone", () => {
    const { card, give, click } = opened("zh");
    vi.advanceTimersByTime(60_000);
    expect(give).not.toHaveBeenCalled();
    click("3 · 一般");
    vi.advanceTimersByTime(11_000);
    click("回得慢");
    vi.advanceTimersByTime(11_999);
    expect(give).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(give).toHaveBeenCalledWith({ score: 3, reasons: ["slow"] });
    vi.advanceTimersByTime(12_000);
    expect(give).toHaveBeenCalledTimes(2);
    card.remove();
    vi.advanceTimersByTime(60_000);
    expect(give).toHaveBeenCalledTimes(2);
  });

  it("sends a score when the page is left", () => {
    const { give, click } = opened();
    click("1 · Very poor");
    dispatchEvent(new Event("pagehide"));
    expect(give).toHaveBeenCalledExactlyOnceWith({ score: 1, reasons: [] });
  });
});
