export interface Piece {
  readonly text: string;
  /** Where it leads; null for plain words. */
  readonly href: string | null;
  readonly host: string;
}

const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）《》“”]+/gi;

/** Words with their addresses apart; only http and https ever become links. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const url = URL.canParse(match[0]) ? new URL(match[0]) : null;
    if (!url) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null, host: "" });
    found.push({ text: match[0], href: url.href, host: url.host });
    from = match.index + match[0].length;
  }
  if (from < text.length || found.length === 0) found.push({ text: text.slice(from), href: null, host: "" });
  return found;
}
