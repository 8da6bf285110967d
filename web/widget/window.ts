import * as chat from "./chat.ts";
import { buildComposer, counter, input, sendPictures, written } from "./composer.ts";
import { button, div, el, hexagon, label } from "./element.ts";
import { buildHeader, minimiser, muted, paintHeader } from "./header.ts";
import { arrived, fetchSecond, second } from "./later.ts";
import { atEnd, below, buildLog, came, log, show, toEnd } from "./log.ts";
import * as page from "./page.ts";
import * as talk from "./talk.ts";
import { nameOf, threadNodes } from "./thread.ts";
import * as words from "./words.ts";

/** Where a window would leave no room for the page, it covers it. */
const small = matchMedia("(max-width: 480px), (max-height: 480px)");

const badge = el("span", { class: "badge" });
const bar = el("div", { class: "bar", role: "alert" });
const status = el("span", { role: "status" });
const spoken = el("div", { class: "unseen", role: "status" });
let root: HTMLElement;
let panel: HTMLElement;
let launcher: HTMLButtonElement;
let opened = false;
let painting = false;

/** What the buyer sees: the launcher and the window it opens. */
export function buildWindow(): HTMLElement {
  buildLog();
  launcher = button("launcher", toggle, hexagon(6));
  launcher.append(badge);
  panel = el(
    "section",
    {
      class: "panel",
      role: page.full ? "main" : "dialog",
      "aria-label": words.CHAT,
      dragover: dropped,
      drop: dropped,
    },
    buildHeader(minimise),
    bar,
    log,
    below,
    div("status", status, counter),
    buildComposer(),
  );
  const region = !page.full && { role: "region", "aria-label": words.CHAT };
  root = el(
    "div",
    { class: "root", lang: page.language, ...region, keydown, click: () => second?.unlockSound() },
    panel,
    !page.full && launcher,
    spoken,
  );
  visualViewport?.addEventListener("resize", fill);
  visualViewport?.addEventListener("scroll", fill);
  chat.begin(changed, answered);
  void arrived.then(({ begin }) => begin(root.getRootNode() as ShadowRoot));
  if (page.full)
    queueMicrotask(toggle); // once it stands in the page and can be measured
  else paint();
  return root;
}

/** A keyboard on the screen takes its part of the window; the page beneath a covering window is out of reach. */
function fill() {
  const covers = opened && (page.full || small.matches);
  const view = visualViewport;
  root.classList.toggle("covers", covers);
  panel.style.cssText = covers && view ? `height:${view.height}px;top:${view.offsetTop}px` : "";
  if (!page.full) document.body.inert = covers;
}

function toggle() {
  if (opened) return minimise();
  opened = true;
  chat.start();
  fetchSecond();
  fill();
  paint();
  written();
  toEnd();
  // On a phone the caret would bring up the keyboard before the buyer has seen anything.
  (small.matches ? minimiser : input).focus();
}

function minimise() {
  if (page.full || !opened) return;
  opened = false;
  fill();
  paint();
  launcher.focus();
}

function keydown(event: KeyboardEvent) {
  if (event.key === "Escape" && !event.isComposing) minimise();
}

function dropped(event: DragEvent) {
  event.preventDefault();
  sendPictures(event.dataTransfer?.files);
}

const looking = () => opened && !document.hidden;

function answered(messages: talk.Message[]) {
  const speaker = (agent: number | null) => (agent ? nameOf(agent) : words.ROBOT);
  spoken.textContent = messages.map(({ facts, body }) => `${speaker(facts.agent)}: ${body?.text}`).join(" ");
  came(messages.length);
  if (!muted && !looking()) void second?.softNote();
}

/** Many things change together: one painting for all of them. */
function changed() {
  if (!painting) queueMicrotask(paint);
  painting = true;
}

function paint() {
  painting = false;
  if (looking() && atEnd) chat.look();
  const waiting = talk.unread().length;
  badge.hidden = opened || !waiting;
  badge.textContent = `${waiting}`;
  label(launcher, opened ? words.MINIMISE : words.OPEN + (waiting ? ` · ${words.news(waiting)}` : ""));
  launcher.ariaExpanded = `${opened}`;
  root.dataset.ignored = `${talk.ignored}`;
  panel.hidden = !opened;
  if (opened) paintPanel();
}

function paintPanel() {
  paintHeader();
  put(bar, chat.late() ? `${words.CONNECTING} · ${words.WRITE_ON}` : "");
  put(status, chat.typing() ? words.typing(nameOf(talk.agent)) : "");
  input.placeholder = talk.closed && talk.lines.length ? words.ASK_MORE : words.ASK;
  show(threadNodes());
}

function put(element: HTMLElement, text: string) {
  if (element.textContent !== text) element.textContent = text;
}
