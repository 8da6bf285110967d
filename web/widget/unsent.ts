import type { Memory } from "./memory.ts";

/** A message of the buyer that the desk has not confirmed. Kept under its own name, so that two tabs never
 * overwrite each other's. */
export interface Unsent {
  id: string;
  at: number;
  text?: string;
  product?: number;
  group?: number;
  /** A picture not yet uploaded, as a data URL; stays for the preview once it is. */
  data?: string;
  width?: number;
  height?: number;
  picture?: string;
  /** Why it was not sent, in words. It waits for the buyer to decide. */
  failed?: string;
}

const place = ({ at, id }: Unsent) => `unsent.${at}.${id}`;

export function openUnsent(memory: Memory) {
  const waiting = new Map<string, Unsent>();
  let latest = 0;

  function load() {
    waiting.clear();
    for (const name of memory.names("unsent.")) {
      const message = memory.read<Unsent>(name);
      if (message) waiting.set(message.id, message);
    }
  }

  function keep(message: Unsent) {
    waiting.set(message.id, message);
    // A picture can be larger than the storage allows: then only this page remembers it.
    memory.write(place(message), message);
  }

  load();
  return {
    load,
    keep,
    all: () => [...waiting.values()],
    get: (id: string) => waiting.get(id),
    add(words: Omit<Unsent, "id" | "at">): Unsent {
      // Strictly later than the one before, so that the order survives a reload.
      latest = Math.max(Date.now(), latest + 1);
      const message = { ...words, id: newId(), at: latest };
      keep(message);
      return message;
    },
    done(id: string) {
      const message = waiting.get(id);
      if (!message) return;
      waiting.delete(id);
      memory.forget(place(message));
    },
  };
}

export type UnsentQueue = ReturnType<typeof openUnsent>;

/** Not crypto.randomUUID: a shop's page may be plain http, where it does not exist. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
