import { words } from "@/kit/words";
import consoleEn from "../words/en.json";
import consoleZh from "../words/zh.json";
import en from "./words/en.json";
import zh from "./words/zh.json";

/** The words of the robot's pages, with those of the console. */
export const t = words({ ...consoleZh, ...zh }, { ...consoleEn, ...en });
