import { dress } from "./dress.ts";
import { el } from "./element.ts";
import { shop } from "./page.ts";
import style from "./style.css?inline";
import { buildWindow } from "./window.ts";

if (!shop) console.error("Golden Six: no data-shop");
else if (!document.querySelector("[data-golden-six]")) {
  const host = el("div", { "data-golden-six": true });
  const shadow = host.attachShadow({ mode: "open" });
  dress(shadow, style);
  shadow.append(buildWindow());
  // Beside the body: scripts that replace the body leave it, and nothing on the page moves.
  document.documentElement.append(host);
}
