import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

type Dictionary = Record<string, string>;

function faults(where: string, zh: Dictionary, en: Dictionary): string[] {
  const keys = new Set([...Object.keys(zh), ...Object.keys(en)]);
  const found: string[] = [];
  for (const key of keys) {
    const chinese = zh[key];
    const english = en[key];
    if (!chinese) found.push(`${where}/zh.json has no "${key}"`);
    else if (!english) found.push(`${where}/en.json has no "${key}"`);
  }
  return found;
}

/** What is missing in the words of any folder below `root` that has a zh.json: one sentence a fault. */
export function missingWords(root: string): string[] {
  const inside = globSync("{kit,console,workbench,live}/**/zh.json", { cwd: root });
  return inside.flatMap((file) => {
    const folder = dirname(file);
    const read = (name: string): Dictionary =>
      existsSync(join(root, folder, name)) ? JSON.parse(readFileSync(join(root, folder, name), "utf8")) : {};
    return faults(folder, read("zh.json"), read("en.json"));
  });
}

/** Stops a build whose Chinese and English do not say the same things. */
export function completeWords(root: string): Plugin {
  return {
    name: "complete-words",
    apply: "build",
    buildStart() {
      const found = missingWords(root);
      if (found.length > 0) this.error(found.join("\n"));
    },
  };
}
