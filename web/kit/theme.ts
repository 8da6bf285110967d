import { computed, type Ref, readonly, shallowRef, watchEffect } from "vue";

export type Theme = "system" | "light" | "dark";

const KEPT = "gs.theme";
const wish = shallowRef<Theme>(startTheme());
const forcedDark = shallowRef(false);
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = shallowRef(system.matches);

function startTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** What was chosen. */
export const theme: Readonly<Ref<Theme>> = readonly(wish);

/** What is shown; charts read their colours again when it changes. */
export const shown = computed<"light" | "dark">(() => {
  if (forcedDark.value) return "dark";
  if (wish.value !== "system") return wish.value;
  return systemDark.value ? "dark" : "light";
});

export function chooseTheme(chosen: Theme): void {
  wish.value = chosen;
  localStorage.setItem(KEPT, chosen);
}

/** A screen on a wall is dark whatever was chosen. */
export function forceDark(forced: boolean): void {
  forcedDark.value = forced;
}

/** Paint the page and follow choice and system from now on. */
export function startPainting(): void {
  system.addEventListener("change", () => {
    systemDark.value = system.matches;
  });
  watchEffect(
    () => {
      document.documentElement.dataset.theme = shown.value;
    },
    { flush: "sync" },
  );
}
