/** The second part of the window, `w2.js`: what nobody needs before the window was opened. */
import { dress } from "./dress.ts";
import style from "./second.css?inline";

export { shrink, upload } from "./picture.ts";
export { placeCard } from "./place.ts";
export { ratingCard } from "./rating.ts";
export { softNote, unlockSound } from "./sound.ts";

export const begin = (shadow: ShadowRoot): void => dress(shadow, style);
