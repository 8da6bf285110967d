import type { Language } from "./contract.ts";

/** What the script tag says. */
export interface Embed {
  /** The desk's origin: where the script came from, whatever page carries it. */
  desk: string;
  shop: number;
  /** The hosted chat page: the window fills it and there is no launcher. */
  full: boolean;
  language: Language;
  /** The tag's own words: whom the shop's page says this is, and the product it shows now. */
  said: DOMStringMap;
}

export function readEmbed(script: HTMLScriptElement, path: string, preferred: string): Embed {
  const said = script.dataset;
  return {
    desk: new URL(script.src).origin,
    shop: Number(said.shop ?? /^\/s\/(\d+)/.exec(path)?.[1]),
    full: said.full !== undefined,
    language: /^zh/i.test(said.lang ?? preferred) ? "zh" : "en",
    said,
  };
}

/** A page that changes in place changes `data-product` too. */
export const productOf = ({ said }: Embed) => Number(said.product ?? 0);
