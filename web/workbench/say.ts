import { words } from "@/kit/words";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the workbench. */
export const t = words(zh, en);
