import type { BuyerCommand, BuyerFrame, BuyerHello } from "./contract.ts";

/** The desk beats each 20 s. */
const SILENCE = 30_000;
const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;

export interface Door {
  address: string;
  /** Rejects when the visitor cannot be known now: tried again later. */
  hello(): Promise<BuyerHello>;
  heard(frames: BuyerFrame[]): void;
  /** The desk closed with this code. */
  closed(code: number): void;
}

let socket: WebSocket | null = null;
let wait = FIRST_WAIT;
let heardAt = 0;
let lose: ((code: number) => void) | null = null;

/** Opens the one socket of this page, and opens it again whenever it is gone. */
export async function open(door: Door): Promise<void> {
  try {
    dial(door, await door.hello());
  } catch {
    later(door);
  }
}

export function send(command: BuyerCommand): boolean {
  if (socket?.readyState !== 1) return false;
  socket.send(JSON.stringify(command));
  return true;
}

/** A socket that went quiet is not waited for: after a sleep of the machine it never says that it is gone. */
export function hangUpIfQuiet(): void {
  if (Date.now() - heardAt > SILENCE) lose?.(0);
}

function dial(door: Door, hello: BuyerHello) {
  const dialled = new WebSocket(door.address);
  socket = dialled;
  heardAt = Date.now();
  lose = (code) => {
    dialled.onmessage = dialled.onclose = socket = lose = null;
    dialled.close();
    door.closed(code);
    later(door);
  };
  dialled.onopen = () => send(hello);
  dialled.onmessage = ({ data }) => {
    heardAt = Date.now();
    wait = FIRST_WAIT;
    door.heard(JSON.parse(data));
  };
  dialled.onclose = ({ code }) => lose?.(code);
}

function later(door: Door) {
  // A desk that restarts should not meet all its buyers in the same instant.
  setTimeout(open, wait * (0.5 + Math.random() / 2), door);
  wait = Math.min(LONGEST_WAIT, wait * 2);
}
