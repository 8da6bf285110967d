import type { BuyerRate } from "./contract.ts";
import { button, div, drawing, el } from "./element.ts";

const GOOD = ["fast", "solved", "friendly"] as const;
const BAD = ["slow", "unsolved", "unfriendly", "robot"] as const;
type Score = BuyerRate["score"];
type Reason = (typeof GOOD | typeof BAD)[number];

/** How the window takes part in a rating. */
export interface Asking {
  language: "zh" | "en";
  give(said: { score: Score; reasons: Reason[] }): void;
  /** The card has become higher. */
  grown(): void;
}

const STAR = "M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.2L8 11.3 4.3 13.4l.8-4.2L2 6.3l4.2-.5z";
/** A buyer who has said how good it was and goes on to something else has said enough. */
const PATIENCE = 12_000;

const WORDS = {
  zh: {
    question: "这次帮到您了吗？",
    scores: ["很不满意", "不满意", "一般", "满意", "很满意"],
    send: "提交",
    fast: "回得快",
    solved: "解决了",
    friendly: "态度好",
    slow: "回得慢",
    unsolved: "没解决",
    unfriendly: "态度差",
    robot: "只有机器人",
  },
  en: {
    question: "Did this chat help you?",
    scores: ["Very poor", "Poor", "Fair", "Good", "Very good"],
    send: "Send",
    fast: "Fast",
    solved: "Solved",
    friendly: "Friendly",
    slow: "Slow",
    unsolved: "Not solved",
    unfriendly: "Unfriendly",
    robot: "Only a robot",
  },
};

/** Five buttons, then reasons; it is sent by its button, or after a while, and once more until the card is gone. */
export function ratingCard({ language, give, grown }: Asking): HTMLElement {
  const words = WORDS[language];
  const chosen = new Set<Reason>();
  let score: Score | undefined;
  let timer = 0;

  const stars = words.scores.map((name, index) =>
    button("star", () => rate((index + 1) as Score), drawing("", 16, STAR), `${index + 1} · ${name}`),
  );
  const said = el("b", {});
  const reasons = div("chips");
  const sent = button("chip give", leave, words.send);

  function rate(now: Score) {
    if (now > 3 !== (score && score > 3)) chosen.clear();
    score = now;
    stars.forEach((star, index) => {
      star.ariaPressed = `${index + 1 === now}`;
      star.classList.toggle("lit", index < now);
    });
    said.textContent = words.scores[now - 1] ?? "";
    reasons.replaceChildren(...(now > 3 ? GOOD : BAD).map(chip), sent);
    wait();
    grown();
  }

  function chip(reason: Reason) {
    const made = button(
      "chip",
      () => {
        if (!chosen.delete(reason)) chosen.add(reason);
        made.ariaPressed = `${chosen.has(reason)}`;
        wait();
      },
      words[reason],
    );
    made.ariaPressed = `${chosen.has(reason)}`;
    return made;
  }

  function wait() {
    clearTimeout(timer);
    timer = window.setTimeout(submit, PATIENCE);
  }

  /** The card goes, and its button with it: the caret stays in the window. */
  function leave() {
    submit();
    card.parentElement?.focus();
  }

  function submit() {
    if (!score || !card.isConnected) return;
    give({ score, reasons: [...chosen] });
    wait();
  }

  addEventListener("pagehide", submit);
  const row = div("stars", ...stars, said);
  const card: HTMLElement = el(
    "div",
    { class: "rating", role: "group", "aria-label": words.question },
    el("b", {}, words.question),
    row,
    reasons,
  );
  return card;
}
