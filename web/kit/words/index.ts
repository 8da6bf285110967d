/**
 * Words on screen, in Chinese and English.
 *
 * Each area keeps a zh.json and an en.json beside its code and makes its own typed `t` with `words(zh, en)`, so
 * that a lazy route brings its words along. The language is one for the whole page.
 */
import { type Ref, readonly, shallowRef } from "vue";
import { format, type Values } from "./format";

export type Language = "zh" | "en";
type Dictionary = Record<string, string>;

const KEPT = "gs.language";
const current = shallowRef<Language>(startLanguage());

function startLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** The language of the page; reading it in a template follows a switch. */
export const language: Readonly<Ref<Language>> = readonly(current);

/** What `lang=` and Intl call the language. */
export function locale(): string {
  return current.value === "zh" ? "zh-CN" : "en";
}

export function speak(chosen: Language): void {
  current.value = chosen;
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = locale();
}

/** A typed `t()` over two complete dictionaries; leaving a key out of either does not compile. */
export function words<Z extends Dictionary, E extends { [K in keyof Z]: string }>(
  zh: Z,
  en: [keyof E] extends [keyof Z] ? E : never,
): (key: keyof Z & string, values?: Values) => string {
  return (key, values) => {
    const text = (current.value === "zh" ? zh[key] : (en as E)[key]) ?? key;
    return format(text, values, locale());
  };
}
