import { beforeEach, expect, test } from "vitest";
import { rowOf } from "@/live/rows";
import { ME, SmallServer } from "@/live/testing/server";
import { lastWords } from "./lastwords";
import { t } from "./say";

const C = "ann";
let server: SmallServer;

beforeEach(() => {
  server = new SmallServer();
  server.start(C);
});

function before(agent: number, known = true): string {
  server.append(
    C,
    { type: "message_sent", facts: { by: "agent", agent, message: "a.m1", kind: "text" } },
    "done",
  );
  const row = rowOf(server.reception(C));
  return lastWords(row, known ? server.read(C) : [], (id) => `agent ${id}`).before;
}

test("my words are mine, a colleague's are under his name", () => {
  expect(before(ME)).toBe(`${t("unread")} · ${t("me")}: `);
  expect(before(ME + 1)).toBe(`${t("unread")} · agent ${ME + 1}: `);
});

test("whose words they are is not said when the page does not know", () => {
  expect(before(ME, false)).toBe(`${t("unread")} · `);
});
