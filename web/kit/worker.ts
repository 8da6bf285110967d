/** The page's worker: makes the desk installable, calls people, and leads here when a call is tapped. */
import type { Router } from "vue-router";

export function startWorker(router: Router): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.goldensix !== "open") return;
    const { pathname, search, origin } = new URL(String(data.place), location.origin);
    if (origin === location.origin) void router.push(pathname + search);
  });
}
