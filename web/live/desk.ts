/**
 * The desk as a page holds it: one socket, one state, one outbox. The workbench and the live page share it.
 */
import { shallowRef } from "vue";
import { heardServerClock, onTick, serverNow } from "@/kit/ticker";
import type { EventFrame, Refused, StaffCommand, StaffFrame } from "./frames";
import type { Keep } from "./keep";
import { type LinkState, linkAfter } from "./link";
import { hasOlder, lastOf, NOTHING } from "./logs";
import { Outbox, type Picture, type Words } from "./outbox";
import { Post } from "./post";
import { apply } from "./reducer";
import { DeskSocket, type Surroundings } from "./socket";
import { type DeskState, emptyState } from "./state";

const TYPING_EVERY_MS = 2_000;
const TYPING_SHOWN_MS = 4_000;
/** Refusals that say nothing about the message: it is sent again at the next second. */
const PASSING = new Set(["unavailable", "too_fast"]);
const LEFT_SHOWN_MS = 2_000;

export interface DeskNeeds {
  around: Surroundings;
  keep: Keep;
  upload(file: Blob): Promise<Picture>;
  /** The session ended under the page; `retry` is called once somebody is logged in again. */
  loggedOut(): void;
}

export class Desk {
  readonly state: DeskState = emptyState();
  readonly link = shallowRef<LinkState>("connecting");
  readonly outbox: Outbox;
  private readonly socket: DeskSocket;
  private readonly post: Post;
  /** Conversations on screen that are not mine: their events come because they were asked for. */
  private readonly followed = new Set<string>();
  private watched: StaffCommand | null = null;
  private greeted = false;
  private struckAt = 0;
  private checkedAt: number;
  private readonly stopTicking: () => void;

  constructor(private readonly needs: DeskNeeds) {
    this.outbox = new Outbox(needs.keep);
    this.socket = new DeskSocket(needs.around, {
      opened: () => this.opened(),
      heard: (frames) => this.heard(frames),
      closed: (why) => this.closed(why),
    });
    this.post = new Post(
      this.outbox,
      needs.upload,
      (command) => this.tell(command),
      () => needs.around.now(),
    );
    this.checkedAt = needs.around.now();
    this.stopTicking = onTick(() => this.tick());
    this.socket.connect();
    void this.outbox.load().then(() => this.post.run());
  }

  /** When something was last heard, on this computer's clock. */
  get heardAt(): number {
    return this.socket.heardAt;
  }

  /** Write to the buyer. Resolves once the message would survive a crash; sending does not wait for it. */
  say(c: string, words: Words, id?: string): Promise<void> {
    const kept = this.outbox.add(c, words, serverNow(), id);
    this.post.run();
    return kept;
  }

  /** Send a message that was not taken once more. */
  again(id: string): void {
    this.post.again(id);
  }

  giveUp(id: string): void {
    this.outbox.drop(id);
  }

  /** Anything but a message: done now or not at all. False without a connection. */
  tell(command: StaffCommand): boolean {
    return this.greeted && this.socket.send(command);
  }

  /** A key was struck in this conversation. */
  typed(c: string): void {
    const now = this.needs.around.now();
    if (now - this.struckAt < TYPING_EVERY_MS) return;
    this.struckAt = now;
    this.tell({ t: "typing", c });
  }

  open(c: string): void {
    this.followed.add(c);
    if (this.greeted) this.follow(c);
  }

  leave(c: string): void {
    if (!this.followed.delete(c) || this.state.rows.get(c)?.mine) return;
    this.tell({ t: "leave", c });
    this.state.rows.delete(c);
    this.state.logs.delete(c);
  }

  older(c: string): void {
    const log = this.state.logs.get(c) ?? NOTHING;
    if (log[0] && hasOlder(log)) this.tell({ t: "older", c, before: log[0].n });
  }

  /** Begin `state.live`, or change what it is about; its chats are those of the agent. */
  watch(shop: number | null, group: number | null, agent: number | null = null): void {
    this.watched = { t: "watch", shop, group, agent };
    this.tell(this.watched);
  }

  unwatch(): void {
    this.watched = null;
    this.state.live = null;
    this.tell({ t: "unwatch" });
  }

  /** Connect now: asked for by hand, or somebody has logged in again. */
  retry(): void {
    this.socket.settled();
    this.socket.connect();
  }

  stop(): void {
    this.stopTicking();
    this.socket.stop();
  }

  private opened(): void {
    this.greeted = false;
    this.socket.send({ t: "hello", opened: positions(this.state) });
  }

  private heard(frames: readonly StaffFrame[]): void {
    for (const frame of frames) this.take(frame);
    if (this.greeted) this.link.value = "live";
  }

  private closed(why: "lost" | "logged_out" | "not_allowed"): void {
    this.greeted = false;
    if (why === "logged_out") this.needs.loggedOut();
    if (why === "not_allowed") this.link.value = "not_allowed";
  }

  private take(frame: StaffFrame): void {
    if ("now" in frame) heardServerClock(frame.now);
    this.outbox.acknowledge(eventsIn(frame));
    if (frame.t === "stored") this.outbox.drop(frame.id);
    if (frame.t === "refused" && frame.id !== null) this.refused(frame.id, frame);
    for (const command of apply(this.state, frame, serverNow())) this.socket.send(command);
    if (frame.t === "desk") this.greet();
  }

  private refused(id: string, { code, message }: Refused): void {
    if (PASSING.has(code)) this.post.notNow(id);
    else this.outbox.change(id, { failed: { code, message } });
  }

  /** The desk has answered: what was open stays open, what was unsent goes out again, in order. */
  private greet(): void {
    this.greeted = true;
    this.socket.settled();
    for (const c of this.followed) this.follow(c);
    if (this.watched) this.tell(this.watched);
    this.post.reconnected();
  }

  /** Somebody else's conversation is followed by asking; mine comes by itself. */
  private follow(c: string): void {
    if (this.state.rows.get(c)?.mine) return;
    this.tell({ t: "open", c, after: lastOf(this.state.logs.get(c) ?? NOTHING) });
  }

  private tick(): void {
    const now = this.needs.around.now();
    this.socket.check();
    this.link.value = linkAfter(this.socket.silence(), this.link.value, now - this.checkedAt);
    this.checkedAt = now;
    this.post.run();
    const { typing } = this.state;
    for (const [c, at] of typing) if (serverNow() - at > TYPING_SHOWN_MS) typing.delete(c);
    for (const [c, left] of this.state.left) if (serverNow() - left.at > LEFT_SHOWN_MS) this.forget(c);
  }

  private forget(c: string): void {
    this.state.left.delete(c);
    if (!this.followed.has(c) && !this.state.rows.has(c)) this.state.logs.delete(c);
  }
}

function positions(state: DeskState): Record<string, number> {
  const held = [...state.rows.keys()].map((c) => [c, lastOf(state.logs.get(c) ?? NOTHING)] as const);
  return Object.fromEntries(held.filter(([, last]) => last > 0));
}

function eventsIn(frame: StaffFrame): readonly EventFrame[] {
  switch (frame.t) {
    case "event":
      return [frame];
    case "reception":
    case "thread":
      return frame.events;
    case "desk":
      return frame.receptions.flatMap((reception) => reception.events);
    default:
      return [];
  }
}
