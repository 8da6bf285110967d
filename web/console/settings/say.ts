import { words } from "@/kit/words";
import consoleEn from "../words/en.json";
import consoleZh from "../words/zh.json";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the settings, with those of the console. */
export const t = words({ ...consoleZh, ...zh }, { ...consoleEn, ...en });

/** What somebody did, in words; what an older or newer desk wrote stands as it is. */
export function whatText(what: string): string {
  const key = `what.${what}`;
  return key in en ? t(key as keyof typeof en) : what;
}
