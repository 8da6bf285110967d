import { el } from "./element.ts";

/** By a constructed sheet where there is one: a shop's content policy may forbid style elements. */
export function dress(shadow: ShadowRoot, style: string): void {
  if (shadow.adoptedStyleSheets) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  } else shadow.append(el("style", {}, style));
}
