import { onScopeDispose } from "vue";

/** A place the keys stop at; inside an element of `PLACE` they stay in it. */
const STOP = "[data-stop]";
const PLACE = "[data-stops]";

function move(by: 1 | -1): void {
  const here = document.activeElement;
  const place = here?.closest(PLACE) ?? document.querySelector(PLACE);
  const all = [...(place?.querySelectorAll<HTMLElement>(STOP) ?? [])];
  const at = all.findIndex((stop) => stop.contains(here));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

const STEPS: Readonly<Record<string, 1 | -1>> = { KeyJ: 1, KeyK: -1, ArrowDown: 1, ArrowUp: -1 };

/** A key belongs to a field, an open list or a dialog first, and to an input method always. */
function elsewhere(event: KeyboardEvent): boolean {
  const field =
    event.target instanceof Element && event.target.matches("input, textarea, select, [contenteditable]");
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  return field || modified || event.isComposing || document.querySelector("dialog[open]") !== null;
}

/** J and K, or the arrows once a row has the focus; Enter opens because each row is a link or button; Escape closes. */
export function useRowKeys(close: () => void): void {
  function pressed(event: KeyboardEvent): void {
    if (elsewhere(event)) return;
    if (event.key === "Escape") close();
    const step = STEPS[event.code];
    const arrow = event.code.startsWith("Arrow");
    if (!step || (arrow && !document.activeElement?.closest(STOP))) return;
    event.preventDefault();
    move(step);
  }
  window.addEventListener("keydown", pressed);
  onScopeDispose(() => window.removeEventListener("keydown", pressed));
}
