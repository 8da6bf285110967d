/** S for shop, then the others; none is free: S again, and whoever adds the shop chooses. */
const LETTERS = "SABCDEFGHIJKLMNOPQRTUVWXYZ";

/** The first letter that no shop has: it tells shops apart. */
export function freeLetter(taken: readonly string[]): string {
  return [...LETTERS].find((letter) => !taken.includes(letter)) ?? "S";
}
