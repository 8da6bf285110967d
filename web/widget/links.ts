import { el } from "./element.ts";

/** An address of the web; a sentence's own punctuation at its end is not part of it. */
const ADDRESS = /(https?:\/\/[^\s<>"'，。；！？、）】」』]*[\w/=&%#-])/i;

/** Text as nodes: addresses become links that show where they lead, everything else stays text. */
export const linked = (text: string) =>
  text.split(ADDRESS).map((part, index) => (index % 2 ? linkTo(part) : part));

function linkTo(address: string): string | HTMLAnchorElement {
  try {
    const { host, href } = new URL(address);
    return el("a", { href, title: href, target: "_blank", rel: "noopener noreferrer nofollow" }, host);
  } catch {
    return address;
  }
}
