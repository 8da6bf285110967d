import { desk } from "./page.ts";

type Second = typeof import("./second.ts");

const AGAIN = 20_000;

/** The second part, once it is here. */
export let second: Second | undefined;
let come: (part: Second) => void;
/** Resolves when it is here. */
export const arrived = new Promise<Second>((resolve) => {
  come = resolve;
});
let tries = 0;

/** Asks for it, once it is needed and until it is here: the chat goes on without it. */
export function fetchSecond(): void {
  if (!tries) void ask();
}

async function ask() {
  try {
    // Some browsers remember for good that an address failed.
    second = (await import(/* @vite-ignore */ `${desk}/w2.js?${tries++}`)) as Second;
    come(second);
  } catch {
    setTimeout(ask, AGAIN);
  }
}
