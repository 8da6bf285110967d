import { div, el, hexagon } from "./element.ts";

const WORDS = {
  zh: { next: "下一位就是您", back: "有等得更久的买家回来了", place: (n: number) => `排第 ${n} 位` },
  en: {
    next: "You are next",
    back: "A buyer who waited longer came back",
    place: (n: number) => `You are number ${n}`,
  },
};

/** Where the buyer stands in the queue; `more` is said beneath, unless it went backwards. */
export function placeCard(language: "zh" | "en", place: number, back: boolean, more: string): HTMLElement {
  const words = WORDS[language];
  const text = place === 1 ? words.next : words.place(place);
  return div(
    "card place",
    hexagon(place),
    div("", el("b", {}, text), el("small", {}, back ? words.back : more)),
  );
}
