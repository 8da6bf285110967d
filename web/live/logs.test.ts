import { beforeEach, describe, expect, test } from "vitest";
import { hasOlder, joined, newest } from "./logs";
import { ME, SmallServer } from "./testing/server";

const C = "ann";
let server: SmallServer;

beforeEach(() => {
  server = new SmallServer();
  server.start(C);
  for (let at = 1; at <= 6; at += 1) {
    const facts = { message: `b1.${at}`, by: "buyer", agent: null, kind: "text" } as const;
    server.append(C, { type: "message_sent", facts }, String(at));
    server.append(C, {
      type: "messages_read",
      facts: { by: "agent", agent: ME, up_to: server.read(C).length },
    });
  }
});

const numbers = (log: readonly { n: number }[]): number[] => log.map(({ n }) => n);

describe("a log held in part", () => {
  test("grows at both ends and never has a hole", () => {
    const all = server.read(C);
    const middle = all.slice(4, 7);
    expect(joined(joined(middle, all.slice(7)), all.slice(0, 4))).toEqual(all);
    expect(numbers(joined(middle, all.slice(9)))).toEqual(numbers(all.slice(9)));
    expect(joined(all.slice(9), all.slice(0, 4))).toEqual(all.slice(9));
  });

  test("knows whether there is more before it", () => {
    expect(hasOlder(server.read(C))).toBe(false);
    expect(hasOlder(server.read(C, 5))).toBe(true);
  });

  test("its newest part is counted in messages, not in what was read between them", () => {
    expect(numbers(newest(server.read(C), 2))).toEqual([11, 12, 13, 14]);
    expect(newest(server.read(C), 50)).toHaveLength(14);
  });
});
