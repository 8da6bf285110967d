/**
 * What was typed and not sent, per conversation; outlives a reload.
 *
 * A draft carries the id its message will have: a page that died between sending and forgetting the draft knows
 * by it that the words are already on their way.
 */
import { shallowReactive } from "vue";
import { newId } from "@/live/outbox";

export interface Draft {
  readonly text: string;
  readonly id: string;
  readonly caret: number;
}

export class Drafts {
  private readonly drafts = shallowReactive(new Map<string, Draft>());
  private readonly prefix: string;

  constructor(
    account: number,
    private readonly store: Storage,
  ) {
    this.prefix = `gs.draft.${account}.`;
    for (let at = 0; at < store.length; at += 1) this.read(store.key(at) ?? "");
  }

  of(c: string): Draft | undefined {
    return this.drafts.get(c);
  }

  write(c: string, text: string, caret: number): void {
    if (text === "") {
      this.forget(c);
      return;
    }
    const draft = { text, caret, id: this.drafts.get(c)?.id ?? newId() };
    this.drafts.set(c, draft);
    this.store.setItem(this.prefix + c, JSON.stringify(draft));
  }

  /** Words that became a message: gone from the screen now, from the store once the message is safe. */
  async sent(c: string, kept: Promise<void>): Promise<void> {
    const { id } = this.drafts.get(c) ?? { id: "" };
    this.drafts.delete(c);
    await kept;
    if (!this.drafts.has(c) || this.drafts.get(c)?.id === id) this.store.removeItem(this.prefix + c);
  }

  forget(c: string): void {
    this.drafts.delete(c);
    this.store.removeItem(this.prefix + c);
  }

  /** Drafts whose message exists already, unsent or in a log, die with it. */
  forgetSent(exists: (c: string, id: string) => boolean): void {
    for (const [c, draft] of [...this.drafts]) if (exists(c, draft.id)) this.forget(c);
  }

  private read(key: string): void {
    if (!key.startsWith(this.prefix)) return;
    try {
      const draft = JSON.parse(this.store.getItem(key) ?? "") as Draft;
      this.drafts.set(key.slice(this.prefix.length), draft);
    } catch {
      this.store.removeItem(key);
    }
  }
}
