/** Which rows of a long list exist on the page: those in sight and a few around them. */

export const VIRTUAL_FROM = 60;
const AROUND = 6;

export interface Sight {
  readonly top: number;
  readonly height: number;
}

export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** The part of a section of `count` rows, `height` pixels each, that begins `offset` pixels down the list. */
export function sliceOf(count: number, height: number, offset: number, sight: Sight, whole: number): Slice {
  if (whole < VIRTUAL_FROM) return { from: 0, to: count };
  const first = Math.floor((sight.top - offset) / height) - AROUND;
  const last = Math.ceil((sight.top + sight.height - offset) / height) + AROUND;
  const from = Math.min(Math.max(first, 0), count);
  return { from, to: Math.max(from, Math.min(last, count)) };
}
