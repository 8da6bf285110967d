/**
 * Messages that the desk has not acknowledged, in the order they were written.
 *
 * Each has its own id from the start, so that sending it again is the same message; each is kept in the browser
 * until the server has it, so that neither a reload nor a crash loses one.
 */
import { shallowReactive } from "vue";
import type { Body, EventFrame } from "./frames";
import type { Keep } from "./keep";

export type Picture = NonNullable<Body["picture"]>;

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Unsent {
  readonly id: string;
  readonly c: string;
  readonly text: string;
  readonly product: number | null;
  /** Once the server has it; until then `file` waits to be uploaded. */
  readonly picture: Picture | null;
  readonly file: Blob | null;
  /** Which of the robot's suggestions it was made of, from 1; 0: none of them; null: there were none. */
  readonly offered: number | null;
  /** When it was written, by the server's clock. */
  readonly at: number;
  /** Larger than of any message written before it on this page. */
  readonly order: number;
  /** Why it was not taken; null while it is on its way. */
  readonly failed: Failure | null;
}

export type Words = Partial<Pick<Unsent, "text" | "product" | "picture" | "file" | "offered">>;

/** 8 to 40 letters that no other message has. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The client's own id in `<author>.<client id>`. */
export function clientId(message: string): string {
  return message.slice(message.indexOf(".") + 1);
}

export class Outbox {
  /** In the order they were written. */
  readonly waiting = shallowReactive(new Map<string, Unsent>());
  private order = 0;

  constructor(private readonly keep: Keep) {}

  /** Bring back what an earlier page left; what was written meanwhile stays behind it. */
  async load(): Promise<void> {
    const kept = await this.keep.all().catch(() => []);
    const all = [...kept.filter((unsent) => !this.waiting.has(unsent.id)), ...this.waiting.values()];
    this.waiting.clear();
    for (const unsent of all.sort((a, b) => a.order - b.order)) this.waiting.set(unsent.id, unsent);
    this.order = Math.max(this.order, all.at(-1)?.order ?? 0);
  }

  /** Resolves once the message would survive a crash. */
  add(c: string, words: Words, at: number, id = newId()): Promise<void> {
    this.order = Math.max(this.order + 1, at);
    const blank = { text: "", product: null, picture: null, file: null, offered: null, failed: null };
    return this.replace({ ...blank, ...words, id, c, at, order: this.order });
  }

  change(id: string, changes: Partial<Unsent>): void {
    const unsent = this.waiting.get(id);
    if (unsent) void this.replace({ ...unsent, ...changes });
  }

  /** The server has it, or its writer gave it up. */
  drop(id: string): void {
    if (this.waiting.delete(id)) void quietly(this.keep.remove(id));
  }

  /** What stands in the log is no longer unsent. */
  acknowledge(events: readonly EventFrame[]): void {
    if (this.waiting.size === 0) return;
    for (const event of events) {
      if (event.type === "message_sent" && event.facts.by === "agent")
        this.drop(clientId(event.facts.message));
    }
  }

  of(c: string): Unsent[] {
    return [...this.waiting.values()].filter((unsent) => unsent.c === c);
  }

  private replace(unsent: Unsent): Promise<void> {
    this.waiting.set(unsent.id, unsent);
    return quietly(this.keep.put(unsent));
  }
}

/** A browser that keeps nothing (private windows) still sends; it only cannot survive a crash. */
function quietly(doing: Promise<void>): Promise<void> {
  return doing.catch(() => undefined);
}
