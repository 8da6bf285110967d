import { forget, names, read, write } from "./memory.ts";

/** A message of the buyer that the desk has not confirmed. */
export interface Unsent {
  id: string;
  at: number;
  text?: string;
  product?: number;
  group?: number | null;
  /** A picture, and as a data URL until it is uploaded. */
  picture?: { id?: string; data?: string; width: number; height: number };
  /** It was not sent, and why, as far as the desk said. It waits for the buyer to decide. */
  failed?: string | undefined;
}

/** Each is kept under its own name, so that two tabs never overwrite each other's. */
export const UNSENT = "unsent.";
const nameOf = ({ at, id }: Unsent) => `${UNSENT}${at}.${id}`;
const waiting = new Map<string, Unsent>();
let latest = 0;

/** The messages on their way, in order. */
export const unsent = () => [...waiting.values()];

export function recallUnsent(): void {
  for (const name of names(UNSENT)) followUnsent(name);
}

/** Takes over what is kept under this name: another tab may have changed it. */
export function followUnsent(name: string): void {
  const message = read<Unsent>(name);
  if (message) waiting.set(message.id, message);
  else waiting.delete(name.slice(name.lastIndexOf(".") + 1));
}

export function add(said: Omit<Unsent, "id" | "at">): void {
  // Strictly later than the one before, so that the order survives a reload.
  latest = Math.max(Date.now(), latest + 1);
  keep({ ...said, id: newId(), at: latest });
}

/** Keeps what is new about a message, unless it has been confirmed or taken back meanwhile. */
export function change(id: string, news: Partial<Unsent>): void {
  const message = waiting.get(id);
  if (message) keep({ ...message, ...news });
}

export function done(id: string): void {
  const message = waiting.get(id);
  waiting.delete(id);
  if (message) forget(nameOf(message));
}

function keep(message: Unsent) {
  waiting.set(message.id, message);
  write(nameOf(message), message);
}

/** Not crypto.randomUUID: a shop's page may be plain http, where it does not exist. */
const newId = () => crypto.getRandomValues(new Uint32Array(3)).join("-");
