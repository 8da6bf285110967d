/**
 * One socket to the desk: it opens, says hello, passes frames on, and opens again for ever.
 *
 * Whether the connection lives is told by what was heard, never by a guess of the browser.
 */
import type { StaffCommand, StaffFrame } from "./frames";

export const RECONNECTING_MS = 4_000;
export const DEAD_MS = 6_000;
export const OFFLINE_MS = 15_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5_000;
const NOT_LOGGED_IN = 4401;
const NOT_ALLOWED = 4403;

/** The part of WebSocket that is used. */
export interface Plug {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
}

export interface Surroundings {
  plug(): Plug;
  now(): number;
  /** Between 0 and 1. */
  chance(): number;
  after(ms: number, then: () => void): () => void;
}

export interface Listener {
  /** A fresh connection: hello must be said first. */
  opened(): void;
  heard(frames: readonly StaffFrame[]): void;
  closed(why: "lost" | "logged_out" | "not_allowed"): void;
}

/** How long to wait before the n-th attempt (from 0): doubling, and never all desks at once. */
export function pause(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return whole * (0.5 + chance / 2);
}

export class DeskSocket {
  private plug: Plug | null = null;
  private open = false;
  private attempt = 0;
  private cancel: () => void = () => undefined;
  /** When something was last heard, on this computer's clock. */
  heardAt: number;

  constructor(
    private readonly around: Surroundings,
    private readonly listener: Listener,
  ) {
    this.heardAt = around.now();
  }

  /** Connect now, whatever was under way. */
  connect(): void {
    this.stop();
    const mine = this.around.plug();
    this.plug = mine;
    mine.onopen = () => mine === this.plug && this.opened();
    mine.onmessage = ({ data }) => mine === this.plug && this.heard(String(data));
    mine.onclose = ({ code }) => mine === this.plug && this.lost(code);
    // A road that swallows everything never closes: an attempt that says nothing is given up.
    this.cancel = this.around.after(DEAD_MS, () => mine === this.plug && !this.open && this.lost(0));
  }

  /** Let go of the socket in hand without hearing its goodbye. */
  stop(): void {
    this.cancel();
    const old = this.plug;
    this.plug = null;
    this.open = false;
    old?.close();
  }

  /** The server has answered hello: the next loss starts from the shortest pause. */
  settled(): void {
    this.attempt = 0;
  }

  /** False when there is no connection; nothing is kept. */
  send(command: StaffCommand): boolean {
    if (this.open) this.plug?.send(JSON.stringify(command));
    return this.open;
  }

  silence(): number {
    return this.around.now() - this.heardAt;
  }

  /** A socket that is open and silent is dead: open another. */
  check(): void {
    if (this.open && this.silence() >= DEAD_MS) this.lost(0);
  }

  private opened(): void {
    this.open = true;
    this.listener.opened();
  }

  private heard(text: string): void {
    this.heardAt = this.around.now();
    this.listener.heard(JSON.parse(text) as StaffFrame[]);
  }

  private lost(code: number): void {
    this.stop();
    const why = code === NOT_LOGGED_IN ? "logged_out" : code === NOT_ALLOWED ? "not_allowed" : "lost";
    if (why === "lost") {
      this.cancel = this.around.after(pause(this.attempt, this.around.chance()), () => this.connect());
      this.attempt += 1;
    }
    this.listener.closed(why);
  }
}
