import type { Language } from "./contract.ts";

/** What the script tag says. */
export interface Embed {
  /** The desk's origin: where the script came from, whatever page carries it. */
  desk: string;
  shop: number;
  /** The hosted chat page: the window fills it and there is no launcher. */
  full: boolean;
  language: Language;
  product: number | null;
  customer: string | undefined;
  signature: string | undefined;
  name: string | undefined;
}

export function readEmbed(script: HTMLScriptElement, page: Location, preferred: string): Embed {
  const said = script.dataset;
  return {
    desk: new URL(script.src, page.href).origin,
    shop: Number(said.shop ?? /^\/s\/(\d+)/.exec(page.pathname)?.[1]),
    full: said.full !== undefined,
    language: /^zh/i.test(said.lang ?? preferred) ? "zh" : "en",
    product: Number(said.product) || null,
    customer: said.customer,
    signature: said.signature,
    name: said.name,
  };
}
