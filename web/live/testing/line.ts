/** A telephone line for tests: time stands still until told, and the far end is in the test's hand. */
import type { StaffCommand, StaffFrame } from "../frames";
import type { Plug, Surroundings } from "../socket";

class Wire implements Plug {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  closed = false;
  readonly sent: StaffCommand[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as StaffCommand);
  }

  close(): void {
    this.closed = true;
  }
}

export class Line implements Surroundings {
  readonly wires: Wire[] = [];
  private time = 1_700_000_000_000;
  private timers: { at: number; then: () => void }[] = [];

  plug(): Plug {
    const wire = new Wire();
    this.wires.push(wire);
    return wire;
  }

  now(): number {
    return this.time;
  }

  chance(): number {
    return 1;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.time + ms, then };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.then();
  }

  get wire(): Wire {
    const last = this.wires.at(-1);
    if (!last) throw new Error("nobody has called yet");
    return last;
  }

  answer(): void {
    this.wire.onopen?.();
  }

  hear(...frames: StaffFrame[]): void {
    this.wire.onmessage?.({ data: JSON.stringify(frames) });
  }

  cut(code = 1006): void {
    this.wire.onclose?.({ code });
  }

  sent(kind: StaffCommand["t"]): StaffCommand[] {
    return this.wire.sent.filter((command) => command.t === kind);
  }
}
