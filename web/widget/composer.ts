import * as chat from "./chat.ts";
import { button, el, icon } from "./element.ts";
import { arrived, second } from "./later.ts";
import { toEnd } from "./log.ts";
import { read, write } from "./memory.ts";
import type { Unsent } from "./unsent.ts";
import * as words from "./words.ts";

const MOST = 4000;
const COUNTED_FROM = 3500;

/** Beneath the log: how long the text is, or what went wrong with a picture. */
export const counter = el("span", { role: "status" });
export let input: HTMLTextAreaElement;

/** Where the buyer writes; the draft outlives a reload. */
export function buildComposer(): HTMLFormElement {
  const typed = () => {
    written();
    if (input.value) chat.struck();
  };
  input = el("textarea", {
    rows: 1,
    "aria-label": words.ASK,
    enterkeyhint: "send",
    input: typed,
    keydown,
    paste,
  });
  input.value = read("draft") ?? "";
  const change = () => {
    sendPictures(pick.files);
    pick.value = "";
  };
  const pick = el("input", { type: "file", accept: "image/*", multiple: true, hidden: true, change });
  const choose = button("round", () => pick.click(), icon("picture"), words.PICTURE);
  return el("form", {}, pick, choose, input, button("round send", sendText, icon("send"), words.SEND));
}

/** Sends a message of the buyer, by whatever button. */
export function submit(said: Omit<Unsent, "id" | "at">): void {
  second?.unlockSound();
  toEnd();
  chat.say(said);
}

export function compose(text: string): void {
  input.value = text;
  written();
  input.focus();
}

/** The box is as high as its text; the counter speaks up when the end is near. */
export function written(): void {
  write("draft", input.value);
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
  const length = characters();
  tell(length < COUNTED_FROM ? "" : `${length} / ${MOST}`, length > MOST ? "over" : "");
}

function tell(text: string, how: string) {
  counter.textContent = text;
  counter.className = how;
}

/** As the desk counts them, not as UTF-16 does. */
const characters = () => [...input.value.trim()].length;

function keydown(event: KeyboardEvent) {
  // An Enter that ends a half-written word belongs to the input method.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (!event.repeat) sendText();
}

function sendText() {
  const text = input.value.trim();
  if (!text || characters() > MOST) return;
  compose("");
  submit({ text });
}

function paste(event: ClipboardEvent) {
  const files = event.clipboardData?.files;
  if (!files?.length) return;
  event.preventDefault();
  sendPictures(files);
}

export function sendPictures(files: FileList | null | undefined): void {
  for (const file of files ?? []) {
    arrived
      .then(({ shrink }) => shrink(file))
      .then(
        (picture) => submit({ picture }),
        () => tell(words.UNREADABLE, "over"),
      );
  }
}
