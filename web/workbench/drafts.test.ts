import { beforeEach, describe, expect, test } from "vitest";
import { Drafts } from "./drafts";

beforeEach(() => localStorage.clear());

const reloaded = (account = 1): Drafts => new Drafts(account, localStorage);

describe("drafts", () => {
  test("outlive a reload, each with its conversation, caret and account", () => {
    const drafts = reloaded();
    drafts.write("a", "hello", 5);
    drafts.write("b", "bye", 1);
    expect(reloaded().of("a")).toMatchObject({ text: "hello", caret: 5 });
    expect(reloaded().of("b")).toMatchObject({ text: "bye", caret: 1 });
    expect(reloaded(2).of("a")).toBeUndefined();
  });

  test("keep the id of the message they will be while they are written", () => {
    const drafts = reloaded();
    drafts.write("a", "he", 2);
    const id = drafts.of("a")?.id;
    drafts.write("a", "hello", 5);
    expect(drafts.of("a")?.id).toBe(id);
  });

  test("emptied are gone", () => {
    const drafts = reloaded();
    drafts.write("a", "hello", 5);
    drafts.write("a", "", 0);
    expect(reloaded().of("a")).toBeUndefined();
  });

  test("that became a message stay in the store until it is safe", async () => {
    const drafts = reloaded();
    drafts.write("a", "hello", 5);
    let safe: () => void = () => undefined;
    const done = drafts.sent("a", new Promise((resolve) => (safe = resolve)));
    expect(drafts.of("a")).toBeUndefined();
    expect(reloaded().of("a")?.text).toBe("hello");
    safe();
    await done;
    expect(reloaded().of("a")).toBeUndefined();
  });

  test("begun anew while the message was being kept are not lost with it", async () => {
    const drafts = reloaded();
    drafts.write("a", "one", 3);
    let safe: () => void = () => undefined;
    const done = drafts.sent("a", new Promise((resolve) => (safe = resolve)));
    drafts.write("a", "two", 3);
    safe();
    await done;
    expect(reloaded().of("a")?.text).toBe("two");
  });

  test("whose message is on its way already are dropped", () => {
    const drafts = reloaded();
    drafts.write("a", "sent", 4);
    drafts.write("b", "not sent", 4);
    const id = drafts.of("a")?.id;
    drafts.forgetSent((_, each) => each === id);
    expect([reloaded().of("a"), reloaded().of("b")?.text]).toEqual([undefined, "not sent"]);
  });

  test("that cannot be read are thrown away, not the page", () => {
    localStorage.setItem("gs.draft.1.a", "{");
    expect(reloaded().of("a")).toBeUndefined();
    expect(localStorage.getItem("gs.draft.1.a")).toBeNull();
  });
});
