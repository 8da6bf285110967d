/** This browser as a phone that can be called: its subscription at its own push service. */
import { ask } from "@/kit/ask";
import { language } from "@/kit/words";

/** Calls need a worker of the page, and the browser gives one to safe addresses only. */
export const callable = "serviceWorker" in navigator && "PushManager" in window;

export class NotGiven extends Error {}
export class NoService extends Error {}

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/** Subscribe, and tell the desk. Must be called on a click. */
export async function subscribe(key: string): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new NotGiven();
  const worker = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  const made = await worker.pushManager.subscribe(options).catch(() => null);
  if (!made) throw new NoService();
  const { endpoint, keys = {} } = made.toJSON();
  const { p256dh, auth } = keys as { p256dh?: string; auth?: string };
  await ask("POST", "/api/notices/devices", {
    endpoint: endpoint ?? "",
    p256dh: p256dh ?? "",
    auth: auth ?? "",
    language: language.value,
  });
}

/** By what the desk knows this browser; null: it is not subscribed. */
export async function mark(): Promise<string | null> {
  if (!callable) return null;
  const worker = await navigator.serviceWorker.getRegistration();
  const subscription = await worker?.pushManager.getSubscription();
  if (!subscription) return null;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The browser's own side of taking a device away. */
export async function unsubscribe(): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
