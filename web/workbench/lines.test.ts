import { beforeEach, describe, expect, test } from "vitest";
import type { Unsent } from "@/live/outbox";
import { ME, SmallServer } from "@/live/testing/server";
import { type Line, linesOf, RECALL_MS, recallable, type Talk } from "./lines";

const C = "ann";
let server: SmallServer;
let count = 0;

beforeEach(() => {
  server = new SmallServer();
  count = 0;
});

function say(by: "buyer" | "agent" | "bot_auto", text = ""): string {
  count += 1;
  const message = `${by.slice(0, 1)}1.m${count}`;
  const facts = { by, agent: by === "agent" ? ME : null, message, kind: "text" } as const;
  server.append(C, { type: "message_sent", facts }, text);
  return message;
}

function recall(message: string): void {
  server.append(C, { type: "message_recalled", facts: { message, by: "buyer", agent: null } });
}

function lines(unsent: Unsent[] = [], from = 0): Line[] {
  return linesOf(server.read(C, from), unsent, () => "today");
}

const talks = (of = lines()): Talk[] => of.filter((line) => line.line === "talk");

describe("the thread", () => {
  test("counts a burst as one turn, and says so at its end", () => {
    server.start(C);
    say("buyer", "when will it ship");
    say("bot_auto", "one moment");
    say("buyer", "I need it on Friday");
    say("buyer", "hello");
    say("agent", "tonight");
    const [before, robot, burst, answer] = talks();
    expect([before?.burst, burst?.burst]).toEqual([0, 3]);
    expect(burst?.bubbles).toHaveLength(2);
    expect([robot?.side, answer?.side]).toEqual(["robot", "agent"]);
  });

  test("measures an answer from the first message of its turn, robots or not", () => {
    server.start(C);
    say("buyer");
    say("bot_auto");
    say("buyer");
    say("agent");
    say("agent");
    const [, robot, , answer, more] = talks();
    expect([robot?.took, robot?.first]).toEqual([100, true]);
    expect([answer?.took, answer?.first]).toEqual([300, true]);
    expect([more?.took, more?.first]).toEqual([null, false]);
  });

  test("does not guess a wait that began before the log it holds", () => {
    server.start(C);
    say("buyer");
    say("buyer");
    say("agent");
    say("buyer");
    say("agent");
    const held = talks(lines([], 3));
    expect(held.map((talk) => talk.took)).toEqual([null, null, null, 100]);
  });

  test("marks the turn that still waits", () => {
    server.start(C);
    say("buyer");
    say("agent");
    say("buyer");
    expect(talks().map((talk) => talk.open)).toEqual([false, false, true]);
  });

  test("keeps the place of recalled words, and lets them count for nothing", () => {
    server.start(C);
    say("buyer", "oops");
    recall("b1.m1");
    say("buyer", "where is my parcel");
    const answer = say("agent", "on its way");
    recall(answer);
    const [question, taken] = talks();
    expect(question?.bubbles.map((bubble) => bubble.gone)).toEqual([true, false]);
    expect([question?.burst, question?.open, taken?.took]).toEqual([1, true, null]);
  });

  test("knows what the buyer has read", () => {
    server.start(C);
    say("buyer");
    say("agent");
    server.append(C, { type: "messages_read", facts: { by: "buyer", agent: null, up_to: 4 } });
    say("agent");
    expect(talks().map((talk) => talk.read)).toEqual([false, true, false]);
  });

  test("stamps each new day once", () => {
    server.start(C);
    say("buyer");
    say("buyer");
    const days = linesOf(server.read(C), [], (at) => String(Math.floor(at / 200)));
    expect(days.filter((line) => line.line === "day").length).toBeGreaterThan(1);
    expect(lines().filter((line) => line.line === "day")).toHaveLength(1);
  });

  test("ends with what was not sent yet", () => {
    server.start(C);
    say("buyer");
    const unsent = {
      id: "x",
      c: C,
      text: "soon",
      product: null,
      picture: null,
      file: null,
      offered: null,
      at: 0,
      order: 1,
    } as const;
    const last = talks(lines([{ ...unsent, failed: { code: "no", message: "no" } }])).at(-1);
    expect(last?.bubbles[0]?.unsent?.failed?.code).toBe("no");
  });
});

describe("taking back", () => {
  test("offers my newest message that stands, for two minutes", () => {
    server.start(C);
    const first = say("agent");
    const second = say("agent");
    say("buyer");
    const at = server.read(C).find((e) => e.type === "message_sent" && e.facts.message === second)?.at ?? 0;
    expect(recallable(server.read(C), ME, at + RECALL_MS)).toBe(second);
    expect(recallable(server.read(C), ME, at + RECALL_MS + 1)).toBeNull();
    recall(second);
    expect(recallable(server.read(C), ME, at)).toBe(first);
    expect(recallable(server.read(C), ME + 1, at)).toBeNull();
  });
});
