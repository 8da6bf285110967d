/** Puts unsent messages on the wire, in order; a picture is uploaded first and nothing overtakes it. */
import type { StaffCommand } from "./frames";
import type { Failure, Outbox, Picture, Unsent } from "./outbox";

export class Post {
  private readonly onWire = new Set<string>();
  private readonly uploading = new Set<string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly upload: (file: Blob) => Promise<Picture>,
    /** False: not now. */
    private readonly send: (command: StaffCommand) => boolean,
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
      } else if (!this.onWire.has(unsent.id) && this.send(say(unsent))) this.onWire.add(unsent.id);
    }
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
  const { c, id, text, product } = unsent;
  return { t: "say", c, id, text, product, picture: unsent.picture?.id ?? null };
}
