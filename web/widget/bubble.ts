import { product } from "./desk.ts";
import { button, type Child, div, drawing, el, hexagon } from "./element.ts";
import { linked } from "./links.ts";
import { money } from "./money.ts";
import * as words from "./words.ts";

const WIDEST = 220;
const HIGHEST = 260;
/** About twelve lines of a bubble. */
const LONG = 300;

export interface Said {
  text: string;
  product?: number | null;
  picture?: { src: string; width: number; height: number } | null | undefined;
}

/** A line of the log: the face of who speaks, what is said, and a small line beneath. */
export function bubble(side: string, { text, product, picture }: Said, meta: Child, name = ""): HTMLElement {
  const face = el("div", { class: "face", "aria-hidden": "true" }, side ? hexagon(6) : [...name][0]);
  const said = product ? productCard(product) : picture ? shownPicture(picture) : prose(text);
  return div(
    `line ${side}`,
    side !== "own" && face,
    div(product || picture ? "bubble bare" : "bubble", said),
    meta,
  );
}

function prose(text: string): HTMLElement {
  const shown = div("prose", ...linked(text));
  if (text.length < LONG && text.split("\n").length < 12) return shown;
  shown.classList.add("long");
  const whole = button(
    "word",
    () => {
      shown.classList.remove("long");
      whole.remove();
    },
    words.WHOLE,
  );
  return div("", shown, whole);
}

/** A picture whose place is right before it arrives; one that did not arrive can be asked for again. */
function shownPicture({ src, width, height }: NonNullable<Said["picture"]>): HTMLElement {
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  const image = el("img", {
    src,
    alt: words.PICTURE,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    error: () => shown.replaceWith(again),
  });
  // What has not been uploaded has no address of its own.
  const shown = src.startsWith("data")
    ? image
    : el("a", { href: src, target: "_blank", rel: "noopener" }, image);
  const again = button(
    "lost",
    () => {
      again.replaceWith(shown);
      image.src = `${src}?${Date.now()}`;
    },
    `${words.PICTURE} · ${words.RETRY}`,
  );
  return shown;
}

const BAG = "M5 6h6l1 6H4zM6 8V5a2 2 0 014 0v3";

/** A product of the shop; `ask` puts the button there that asks about it. */
export function productCard(id: number, ask?: () => void): HTMLElement {
  const card = div("card");
  product(id).then(
    ({ title, price_cents, stock, picture_colour }) => {
      const tile = drawing("tile", 16, BAG);
      tile.style.background = picture_colour;
      const price = div("price", el("b", {}, money(price_cents)), ask && button("chip", ask, words.ASK_THIS));
      card.append(tile, div("", el("b", {}, title), el("small", {}, words.stock(stock)), price));
    },
    () => card.remove(),
  );
  return card;
}
