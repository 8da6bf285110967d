/** What the script tag says. A classic script knows its own tag only while it is first run. */
const script = document.currentScript as HTMLScriptElement | null;

/** The tag's own words: whom the shop's page says this is, and the product it shows. */
export const said: DOMStringMap = script?.dataset ?? {};

/** The desk: where the script came from, whatever page carries it. */
export const desk = new URL(script?.src || location.href).origin;

/** Named in the tag, or in the address of the hosted page, /s/{shop}. */
export const shop = Number(said.shop ?? location.pathname.slice(3));

/** The hosted chat page: the window fills it and there is no launcher. */
export const full = said.full !== undefined;

export const chinese = /^zh/i.test(said.lang ?? navigator.language);
export const language = chinese ? "zh" : "en";

/** The product that the page shows now: a page that changes in place changes `data-product` too. */
export const productHere = () => Number(said.product ?? 0);
