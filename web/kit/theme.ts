import { type Ref, readonly, shallowRef } from "vue";

export type Theme = "system" | "light" | "dark";

const KEPT = "gs.theme";
const wish = shallowRef<Theme>(startTheme());
const system = matchMedia("(prefers-color-scheme: dark)");

function startTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** What was chosen; what is shown stands in `data-theme` of the page. */
export const theme: Readonly<Ref<Theme>> = readonly(wish);

function paint(): void {
  const shown = wish.value === "system" ? (system.matches ? "dark" : "light") : wish.value;
  document.documentElement.dataset.theme = shown;
}

export function chooseTheme(chosen: Theme): void {
  wish.value = chosen;
  localStorage.setItem(KEPT, chosen);
  paint();
}

/** Paint the page and follow the system from now on. */
export function startPainting(): void {
  system.addEventListener("change", paint);
  paint();
}
