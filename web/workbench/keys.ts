/**
 * The keys of the workbench: one table that the matcher, the buttons and the key table read.
 *
 * Keys are matched by their place (`event.code`), so that a layout or an input method moves none of them.
 */

export type Deed =
  | "next"
  | "previous"
  | "open_row"
  | "take"
  | "close"
  | "transfer"
  | "put_back"
  | "hand_change"
  | "hand_bargain"
  | "presence"
  | "mute"
  | "orders"
  | "products"
  | "picture"
  | "replies"
  | "keys"
  | "next_region"
  | "previous_region";

interface Key {
  readonly deed: Deed;
  readonly codes: readonly string[];
  readonly alt?: true;
  readonly ctrl?: true;
  readonly shift?: true;
  /** Does nothing while the caret is in a text field. */
  readonly outsideFields?: true;
  readonly shown: string;
}

const DIGITS = Array.from({ length: 9 }, (_, at) => `Digit${at + 1}`);

export const KEYS: readonly Key[] = [
  { deed: "next", codes: ["ArrowDown"], alt: true, shown: "Alt ↓" },
  { deed: "previous", codes: ["ArrowUp"], alt: true, shown: "Alt ↑" },
  { deed: "open_row", codes: DIGITS, alt: true, shift: true, shown: "Alt Shift 1–9" },
  { deed: "take", codes: ["KeyG"], alt: true, shown: "Alt G" },
  { deed: "transfer", codes: ["KeyT"], alt: true, shown: "Alt T" },
  { deed: "put_back", codes: ["KeyB"], alt: true, shown: "Alt B" },
  { deed: "hand_change", codes: ["KeyC"], alt: true, shown: "Alt C" },
  { deed: "hand_bargain", codes: ["KeyH"], alt: true, shown: "Alt H" },
  { deed: "close", codes: ["KeyW"], alt: true, shown: "Alt W" },
  { deed: "presence", codes: ["KeyR"], alt: true, shown: "Alt R" },
  { deed: "mute", codes: ["KeyM"], alt: true, shown: "Alt M" },
  { deed: "orders", codes: ["KeyO"], alt: true, shown: "Alt O" },
  { deed: "products", codes: ["KeyP"], alt: true, shown: "Alt P" },
  { deed: "picture", codes: ["KeyI"], alt: true, shown: "Alt I" },
  { deed: "replies", codes: ["KeyQ"], alt: true, shown: "Alt Q" },
  { deed: "keys", codes: ["Slash"], ctrl: true, shown: "Ctrl /" },
  { deed: "keys", codes: ["Slash"], shift: true, outsideFields: true, shown: "?" },
  { deed: "next_region", codes: ["F6"], shown: "F6" },
  { deed: "previous_region", codes: ["F6"], shift: true, shown: "Shift F6" },
];

export interface Struck {
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** An input method is at work: no key means anything but to it. */
export function composing(event: Pick<Struck, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Ctrl, or Command on a Mac. */
export function ctrl(event: Pick<Struck, "ctrlKey" | "metaKey">): boolean {
  return event.ctrlKey || event.metaKey;
}

/** What a key does on the workbench; for `open_row`, which row from 0. */
export function deedOf(event: Struck, inField: boolean): { deed: Deed; row: number } | null {
  if (composing(event)) return null;
  const key = KEYS.find(
    (each) =>
      each.codes.includes(event.code) &&
      event.altKey === (each.alt ?? false) &&
      ctrl(event) === (each.ctrl ?? false) &&
      event.shiftKey === (each.shift ?? false) &&
      !(each.outsideFields && inField),
  );
  return key ? { deed: key.deed, row: key.codes.indexOf(event.code) } : null;
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** A key as it stands on a button of this computer. */
export function onThisKeyboard(shown: string): string {
  return MAC ? shown.replace("Alt", "⌥").replace("Ctrl", "⌘").replace("Shift", "⇧") : shown;
}

export function shownKey(deed: Deed): string {
  return onThisKeyboard(KEYS.find((key) => key.deed === deed)?.shown ?? "");
}
