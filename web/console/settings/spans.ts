/** Durations as people type them: whole seconds, or hours; the desk counts milliseconds. */

export const seconds = (milliseconds: number): string => String(Math.round(milliseconds / 1000));
export const hours = (milliseconds: number): string => String(Math.round(milliseconds / 360_000) / 10);
export const span = (typed: string | number): number => Math.round(Number(typed) * 1000);
