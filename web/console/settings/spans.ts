/** Durations as people type them: whole seconds; the desk counts milliseconds. */

export const seconds = (milliseconds: number): string => String(Math.round(milliseconds / 1000));
export const span = (typed: string | number): number => Math.round(Number(typed) * 1000);
