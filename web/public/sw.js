/**
 * The page's worker: it calls people, and says so when the desk cannot be reached. It keeps nothing of the desk's
 * pages, so an update is seen at once; only the page for "no connection" lies here.
 */
const KEPT = "goldensix-offline-1";
const OFFLINE = "/app/offline.html";
/** Buyers' pages stand on the same address and are none of this worker's business. */
const BUYERS = /^\/(s|shop|buyer)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add(new Request(OFFLINE, { cache: "reload" }))));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate" || BUYERS.test(new URL(event.request.url).pathname)) return;
  event.respondWith(
    fetch(event.request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error()),
  );
});

/** A page of ours, whatever was sent. */
function placeOf(path) {
  const place = new URL(typeof path === "string" ? path : "/", self.location.origin);
  return place.origin === self.location.origin ? place.href : self.location.origin;
}

self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const shown = self.registration.showNotification(String(said.title ?? "Golden Six"), {
    body: String(said.body ?? ""),
    tag: String(said.tag ?? "goldensix"),
    renotify: true,
    icon: "/app/icon-192.png",
    badge: "/app/icon-192.png",
    data: { place: placeOf(said.path) },
  });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { place } = event.notification.data;
  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((each) => !BUYERS.test(new URL(each.url).pathname));
    if (!page) return self.clients.openWindow(place);
    await page.focus();
    // The page goes there itself, without loading anew: its drafts and its line to the desk stay.
    page.postMessage({ goldensix: "open", place });
  };
  event.waitUntil(open());
});
