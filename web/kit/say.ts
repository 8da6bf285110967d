import { words } from "./words";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the shared parts. */
export const kitWords = words(zh, en);

/** Why the desk did not do something, in the reader's language; its own sentence where this page knows no better. */
export function refusal({ code, message }: { code: string; message: string }): string {
  const key = `refused.${code}`;
  return key in zh ? kitWords(key as keyof typeof zh) : message;
}
