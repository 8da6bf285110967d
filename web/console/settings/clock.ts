/** Hours of a day as people type them, "9:00-12:00, 13:00-22:00"; the desk counts minutes after midnight. */
import type { Spans } from "@/contract/rest";

const DAY = 1440;
const two = (value: number): string => String(value).padStart(2, "0");

export const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;

/** "09:00" as a time input gives it. */
export const minutes = (typed: string): number => {
  const [hour = "", minute = ""] = typed.split(":");
  return Number(hour) * 60 + Number(minute);
};

/** For a time input, which knows no 24:00. */
export const typed = (value: number): string => `${two(Math.floor((value % DAY) / 60))}:${two(value % 60)}`;

export const spansText = (spans: Spans): string =>
  spans.map(({ begins, ends }) => `${clock(begins)}-${clock(ends)}`).join(", ");

const SPAN = /^(\d{1,2})[:：](\d{2})\s*[-–—~至到]\s*(\d{1,2})[:：](\d{2})$/;

function span(text: string): Spans[number] | null {
  const found = SPAN.exec(text.trim());
  if (!found) return null;
  const [, fromHour, fromMinute, toHour, toMinute] = found.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [begins, ends] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  const right = fromMinute < 60 && toMinute < 60 && begins < DAY && ends <= DAY && begins !== ends;
  return right ? { begins, ends } : null;
}

/** Null: not understood. Nothing typed is no hours at all. */
export function spansOf(text: string): Spans | null {
  if (text.trim() === "") return [];
  const spans = text.split(/[,，;；、]/).map(span);
  return spans.every((each) => each !== null) ? spans : null;
}
