import { words } from "./words";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the shared parts. */
export const kitWords = words(zh, en);
