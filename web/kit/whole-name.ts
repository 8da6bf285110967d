/** A long name in two parts: its beginning gives way where there is no room, its end never does. */

/** Latin letters; a Chinese character is as wide as two. */
const END_WIDTH = 6;
const wide = (letter: string): number => (letter.charCodeAt(0) > 0x2e7f ? 2 : 1);

/** Colleagues' names often share a beginning, such as the shop's, and differ in their ends. */
export function parted(name: string): { start: string; end: string } {
  const letters = [...name];
  let at = letters.length;
  for (let width = 0; at > 0; at -= 1) {
    width += wide(letters[at - 1] ?? "");
    if (width > END_WIDTH) break;
  }
  return { start: letters.slice(0, at).join(""), end: letters.slice(at).join("") };
}
