import { said, shop } from "./page.ts";

/** Another shop, or another customer of this browser, has a memory of its own: nobody sees what others wrote. */
const prefix = `g6.${shop}.${said.customer ?? ""}.`;

/** What outlives the page: the browser's storage, or this page alone where that is refused. */
let kept: Record<string, string> = {};
try {
  kept = localStorage as unknown as typeof kept;
} catch {}

export function read<Value>(name: string): Value | null {
  return JSON.parse(kept[prefix + name] ?? "null");
}

export function write(name: string, value: unknown): void {
  try {
    kept[prefix + name] = JSON.stringify(value);
  } catch {
    // Full: a large picture on its way is then remembered by this page alone.
  }
}

export function forget(name: string): void {
  delete kept[prefix + name];
}

/** The names that begin with `start`, in order. */
export const names = (start: string): string[] =>
  Object.keys(kept)
    .filter((key) => key.startsWith(prefix + start))
    .map((key) => key.slice(prefix.length))
    .sort();

/** Calls back with a name that another tab changed. */
export function follow(changed: (name: string) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key?.startsWith(prefix)) changed(key.slice(prefix.length));
  });
}
