import { el } from "./element.ts";
import { shop } from "./page.ts";
import style from "./style.css?inline";
import { buildWindow } from "./window.ts";

/** By a constructed sheet where there is one: a shop's content policy may forbid style elements. */
function dress(shadow: ShadowRoot) {
  if (!shadow.adoptedStyleSheets) return shadow.append(el("style", {}, style));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  shadow.adoptedStyleSheets = [sheet];
}

if (!shop) console.error("Golden Six: no data-shop");
else if (!document.querySelector("[data-golden-six]")) {
  const host = el("div", { "data-golden-six": true });
  const shadow = host.attachShadow({ mode: "open" });
  dress(shadow);
  shadow.append(buildWindow());
  // Beside the body: scripts that replace the body leave it, and nothing on the page moves.
  document.documentElement.append(host);
}
