import { onScopeDispose } from "vue";

export interface BoardActions {
  wall: () => void;
  leaveWall: () => void;
  /** Hand the conversation under the focus to somebody. */
  assign: (c: string) => void;
}

const STOPS = "[data-c]";

function stops(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(STOPS)];
}

function move(by: 1 | -1): void {
  const all = stops();
  const here = all.findIndex((stop) => stop.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

function focused(): string | undefined {
  return document.activeElement?.closest<HTMLElement>(STOPS)?.dataset.c;
}

/** A key belongs to a field or a dialog first, and to an input method always. */
function elsewhere(event: KeyboardEvent): boolean {
  const field =
    event.target instanceof Element && event.target.matches("input, textarea, select, [contenteditable]");
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  return field || modified || event.isComposing || document.querySelector("dialog[open]") !== null;
}

/** F the wall, J and K from one waiting buyer to the next, R reassign; Enter opens because each is a link. */
export function useBoardKeys(actions: BoardActions): void {
  const doing: Record<string, () => void> = {
    KeyF: actions.wall,
    Escape: actions.leaveWall,
    KeyJ: () => move(1),
    KeyK: () => move(-1),
    KeyR: () => {
      const c = focused();
      if (c) actions.assign(c);
    },
  };
  function pressed(event: KeyboardEvent): void {
    const act = doing[event.code];
    if (!act || event.repeat || elsewhere(event)) return;
    event.preventDefault();
    act();
  }
  window.addEventListener("keydown", pressed);
  onScopeDispose(() => window.removeEventListener("keydown", pressed));
}
