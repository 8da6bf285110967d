import { button, el } from "./element.ts";
import * as words from "./words.ts";

/** The scrolling list. At its end it stays at its end; scrolled up, it stays where it is and counts what came. */
export let log: HTMLElement;
export let below: HTMLButtonElement;
export let atEnd = true;
let missed = 0;

export function buildLog(): void {
  // Not live: the window speaks the lines of others, so that a buyer does not hear their own.
  log = el("div", {
    class: "log",
    role: "log",
    "aria-live": "off",
    "aria-label": words.CHAT,
    tabindex: "0",
    scroll: scrolled,
  });
  below = button("chip below", toEnd, "");
  new ResizeObserver(hold).observe(log);
  miss(0);
}

export function show(nodes: Node[]): void {
  nodes.forEach((node, index) => {
    const there = log.childNodes[index] ?? null;
    if (there !== node) log.insertBefore(node, there);
  });
  while (log.childNodes.length > nodes.length) log.lastChild?.remove();
  hold();
}

export function came(count: number): void {
  if (!atEnd) miss(missed + count);
}

export function toEnd(): void {
  atEnd = true;
  miss(0);
  hold();
}

export function hold(): void {
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function scrolled() {
  atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 40;
  if (atEnd) miss(0);
}

function miss(count: number) {
  missed = count;
  below.hidden = !count;
  below.textContent = words.news(count);
}
