/** Where unsent messages outlive the page: the browser's own database, one entry a message. */
import { createStore, del, entries, set } from "idb-keyval";
import type { Unsent } from "./outbox";

export interface Keep {
  all(): Promise<Unsent[]>;
  put(unsent: Unsent): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Unsent messages of one account; two accounts on one computer never see each other's. */
export function keepFor(account: number): Keep {
  const store = createStore("goldensix-unsent", "unsent");
  const prefix = `${account}:`;
  return {
    async all() {
      const kept = await entries<string, Unsent>(store);
      return kept.filter(([key]) => key.startsWith(prefix)).map(([, unsent]) => unsent);
    },
    put: (unsent) => set(prefix + unsent.id, unsent, store),
    remove: (id) => del(prefix + id, store),
  };
}
