import * as chat from "./chat.ts";
import { button, div, el, hexagon, icon, label } from "./element.ts";
import { read, write } from "./memory.ts";
import * as page from "./page.ts";
import * as talk from "./talk.ts";
import { nameOf } from "./thread.ts";
import * as words from "./words.ts";

export let minimiser: HTMLButtonElement;
export let muted = false;
const title = el("h1");
const subtitle = el("p");
let ender: HTMLButtonElement;
let muter: HTMLButtonElement;

/** Who the buyer talks with, and what ends, silences or hides it. */
export function buildHeader(minimise: () => void): HTMLElement {
  ender = button("", chat.end, words.END);
  muter = button("round", () => mute(!muted), "");
  minimiser = button("round", minimise, icon("close"), words.MINIMISE);
  mute(read("muted") ?? false);
  return el("header", {}, hexagon(6), div("", title, subtitle), ender, muter, !page.full && minimiser);
}

export function paintHeader(): void {
  const shop = chat.shop?.name ?? words.CHAT;
  title.textContent = talk.agent ? `${nameOf(talk.agent)} · ${shop}` : shop;
  subtitle.textContent = talk.agent ? words.SERVING : (chat.shop?.hours ?? "");
  if (page.full) document.title = shop;
  ender.hidden = talk.closed || chat.endsAt > 0;
}

function mute(quiet: boolean) {
  muted = quiet;
  write("muted", muted);
  label(muter, muted ? words.UNMUTE : words.MUTE);
  muter.replaceChildren(icon(muted ? "mute" : "sound"));
}
