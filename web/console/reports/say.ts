import { words } from "@/kit/words";
import type { Values } from "@/kit/words/format";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the reports. */
export const t = words(zh, en);

type Said = keyof typeof zh;

/** Words for something the server names; what this version has no word for is shown as it was named. */
export function named(prefix: string, name: string, values?: Values): string {
  const key = `${prefix}.${name}`;
  return key in zh ? t(key as Said, values) : name;
}
