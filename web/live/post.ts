/** Puts unsent messages on the wire, in order; a picture is uploaded first and nothing overtakes it. */
import type { StaffCommand } from "./frames";
import type { Failure, Outbox, Picture, Unsent } from "./outbox";

const PATIENCE_MS = 10_000;

export class Post {
  /** When each was put on the wire of this connection. */
  private readonly onWire = new Map<string, number>();
  private readonly uploading = new Set<string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly upload: (file: Blob) => Promise<Picture>,
    /** False: not now. */
    private readonly send: (command: StaffCommand) => boolean,
    private readonly now: () => number,
  ) {}

  /** A new connection knows nothing of what the one before it carried. */
  reconnected(): void {
    this.onWire.clear();
    this.run();
  }

  /** The desk could not take it just now; it stays in its place and goes out again. */
  notNow(id: string): void {
    this.onWire.delete(id);
  }

  again(id: string): void {
    this.onWire.delete(id);
    this.outbox.change(id, { failed: null });
    this.run();
  }

  run(): void {
    const held = new Set<string>();
    for (const unsent of this.outbox.waiting.values()) {
      if (unsent.failed !== null || held.has(unsent.c)) continue;
      if (unsent.file && !unsent.picture) {
        held.add(unsent.c);
        void this.uploadOf(unsent.id, unsent.file);
      } else this.sendOnce(unsent);
    }
  }

  /** Again only if the desk has said nothing of it for long: the same id is the same message. */
  private sendOnce(unsent: Unsent): void {
    const sentAt = this.onWire.get(unsent.id) ?? Number.NEGATIVE_INFINITY;
    if (this.now() - sentAt < PATIENCE_MS) return;
    if (this.send(say(unsent))) this.onWire.set(unsent.id, this.now());
  }

  private async uploadOf(id: string, file: Blob): Promise<void> {
    if (this.uploading.has(id)) return;
    this.uploading.add(id);
    try {
      this.outbox.change(id, { picture: await this.upload(file) });
    } catch (error) {
      const failed = failure(error);
      if (failed) this.outbox.change(id, { failed });
    } finally {
      this.uploading.delete(id);
    }
    const unsent = this.outbox.waiting.get(id);
    if (unsent?.picture || unsent?.failed) this.run();
  }
}

/** A picture in flight when the line broke is tried again with the connection, not called a failure. */
function failure(error: unknown): Failure | null {
  const { status, code = "upload", message } = error as Error & { status?: number; code?: string };
  return status === 0 ? null : { code, message };
}

function say(unsent: Unsent): StaffCommand {
  const { c, id, text, product, offered } = unsent;
  // What an older page left unsent says nothing of suggestions.
  return { t: "say", c, id, text, product, picture: unsent.picture?.id ?? null, offered: offered ?? null };
}
