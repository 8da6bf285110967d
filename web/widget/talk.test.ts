import { beforeEach, describe, expect, it } from "vitest";
import type { BuyerFrame } from "./contract.ts";
import * as talk from "./talk.ts";

type Sent = Extract<BuyerFrame, { t: "event"; type: "message_sent" }>;

function sent(n: number, by: Sent["facts"]["by"], text: string, c = "c1"): Sent {
  const facts = { message: `${by}.${c}-${n}`, by, agent: by === "agent" ? 4 : null, kind: "text" as const };
  const body = { text, picture: null, product: null, name: "", page: "", offers: [] };
  return { t: "event", type: "message_sent", c, n, at: n * 1000, facts, body };
}

const recalled = (n: number, message: string): BuyerFrame => ({
  t: "event",
  type: "message_recalled",
  c: "c1",
  n,
  at: n * 1000,
  facts: { message, by: "agent", agent: 4 },
  body: null,
});

const read = (n: number, by: "buyer" | "agent", up_to: number): BuyerFrame => ({
  t: "event",
  type: "messages_read",
  c: "c1",
  n,
  at: n * 1000,
  facts: { by, agent: by === "agent" ? 4 : null, up_to },
  body: null,
});

const closed = (n: number): BuyerFrame => ({
  t: "event",
  type: "conversation_closed",
  c: "c1",
  n,
  at: n * 1000,
  facts: { by: "agent", agent: 4, blocked: false },
  body: null,
});

const invited = (n: number): BuyerFrame => ({
  t: "event",
  type: "rating_invited",
  c: "c1",
  n,
  at: n * 1000,
  facts: {},
  body: null,
});

const rated = (n: number, c = "c1"): BuyerFrame => ({
  t: "event",
  type: "conversation_rated",
  c,
  n,
  at: n * 1000,
  facts: { score: 5, reasons: ["fast"] },
  body: null,
});

type Welcome = Extract<BuyerFrame, { t: "welcome" }>;
const welcome = (more: Partial<Welcome>): Welcome => ({
  t: "welcome",
  now: 0,
  conversation: "c1",
  closed: false,
  events: [],
  names: {},
  ...more,
});

const texts = () => talk.lines.map((line) => (line.type === "message_sent" ? line.body?.text : line.type));

describe("what the desk tells", () => {
  beforeEach(() => talk.forgetAll());

  it("shows an event once, however often it is told", () => {
    talk.apply(sent(2, "buyer", "hello"));
    talk.apply(welcome({ events: [sent(2, "buyer", "hello"), sent(3, "agent", "hi")] }));
    expect(texts()).toEqual(["hello", "hi"]);
  });

  it("has nothing open before the first message and after the end", () => {
    expect(talk.closed).toBe(true);
    talk.apply(sent(2, "buyer", "hello"));
    expect(talk.closed).toBe(false);
    talk.apply(closed(3));
    expect([talk.closed, talk.agent, talk.place]).toEqual([true, null, 0]);
  });

  it("goes on with the next conversation beneath the last, and lets no late word of it in", () => {
    talk.apply(sent(2, "buyer", "first"));
    talk.apply(closed(3));
    talk.apply(sent(2, "buyer", "second", "c2"));
    talk.apply(sent(4, "agent", "late"));
    expect(texts()).toEqual(["first", "conversation_closed", "second"]);
    expect([talk.current, talk.last]).toEqual(["c2", 2]);
  });

  it("answers only the words to the buyer that a frame brought", () => {
    talk.apply(sent(2, "buyer", "hello"));
    const brought = talk.apply(
      welcome({ events: [sent(3, "bot_auto", "one moment"), sent(4, "agent", "hi")] }),
    );
    expect(brought.map(({ body }) => body?.text)).toEqual(["one moment", "hi"]);
    expect(talk.apply(sent(5, "buyer", "thanks"))).toEqual([]);
  });

  it("counts what the buyer has not seen, in this tab or another", () => {
    for (const event of [sent(2, "buyer", "hello"), sent(3, "agent", "hi"), sent(4, "agent", "there")])
      talk.apply(event);
    expect(talk.unread()).toHaveLength(2);
    talk.apply(read(5, "buyer", 3));
    expect(talk.unread()).toHaveLength(1);
    talk.see("another", 99);
    expect(talk.unread()).toHaveLength(1);
    talk.apply(recalled(6, "agent.c1-4"));
    expect(talk.unread()).toHaveLength(0);
  });

  it("takes an answer for having read what stood before it", () => {
    talk.apply(sent(2, "buyer", "hello"));
    talk.apply(read(3, "agent", 1));
    expect(talk.readUpTo.c1).toBe(1);
    talk.apply(sent(4, "agent", "hi"));
    expect(talk.readUpTo.c1).toBe(4);
  });

  it("holds a message without words for recalled", () => {
    talk.apply({ ...sent(2, "agent", ""), body: null });
    expect(talk.recalled.has("agent.c1-2")).toBe(true);
  });

  it("knows after a reconnect who serves, though they have not written yet", () => {
    talk.apply(sent(2, "buyer", "hello"));
    talk.apply({ t: "place", c: "c1", place: 2, expected: null });
    talk.apply(welcome({ names: { 4: "Zhou", 5: "Xu" }, events: [sent(3, "agent", "hi")] }));
    expect([talk.agent, talk.place]).toEqual([5, 0]);
  });

  it("says once that an agent is here", () => {
    const served: BuyerFrame = { t: "served", c: "c1", agent: 4, name: "Zhou", waited: 900 };
    talk.apply(sent(2, "buyer", "hello"));
    talk.apply(served);
    talk.apply(served);
    expect(texts()).toEqual(["hello", "served"]);
  });

  it("has nobody who serves once it waits again, and knows the wait only where the desk does", () => {
    const served = { t: "served", c: "c1", agent: 5, name: "Liu", waited: 0 } as const;
    talk.apply(sent(2, "buyer", "hello"));
    talk.apply(served);
    talk.apply({ t: "place", c: "c1", place: 1, expected: 90_000 });
    expect([talk.agent, talk.place, talk.expected]).toEqual([null, 1, 90_000]);
    talk.apply(served);
    expect(texts()).toEqual(["hello", "served", "served"]);
  });

  it("ignores and counts what a later desk says", () => {
    const before = talk.ignored;
    talk.apply({ t: "hologram" } as unknown as BuyerFrame);
    talk.apply({ ...sent(2, "buyer", ""), type: "sang" } as unknown as BuyerFrame);
    talk.apply({ t: "beat", now: 0 });
    expect(talk.ignored - before).toBe(2);
  });

  it("asks for a rating from the invitation until it is given", () => {
    for (const frame of [sent(2, "buyer", "hello"), invited(3), closed(4)]) talk.apply(frame);
    expect(talk.asked).toBe(3000);
    talk.apply(rated(5));
    expect([talk.asked, talk.closed]).toEqual([0, true]);
    expect(texts()).toEqual(["hello", "conversation_closed", "conversation_rated"]);
  });

  it("asks no more when the desk refuses it, or another conversation began", () => {
    for (const frame of [invited(3), closed(4)]) talk.apply(frame);
    talk.apply({ t: "refused", code: "too_fast", message: "", id: "m1", c: null, wait: 1 });
    expect(talk.asked).toBe(3000);
    talk.apply({ t: "refused", code: "rated", message: "", id: null, c: "c1", wait: null });
    expect(talk.asked).toBe(0);
    talk.apply(invited(5));
    talk.apply(sent(1, "buyer", "again", "c2"));
    expect([talk.asked, talk.current]).toEqual([0, "c2"]);
  });

  it("stays in its conversation when an earlier one is rated elsewhere", () => {
    talk.apply(sent(1, "buyer", "hello", "c2"));
    talk.apply(rated(9, "c1"));
    expect([talk.current, talk.closed, texts()]).toEqual(["c2", false, ["hello"]]);
  });
});
