import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Desk } from "./desk";
import type { StaffCommand } from "./frames";
import { keepFor } from "./keep";
import { newId } from "./outbox";
import { Line } from "./testing/line";
import { ME, SmallServer } from "./testing/server";

const C = "ann";
let account = 0;
let line: Line;
let server: SmallServer;
let desk: Desk;
let loggedOut = vi.fn();
let upload = vi.fn();

function page(): Desk {
  line = new Line();
  desk?.stop();
  desk = new Desk({ around: line, keep: keepFor(account), upload, loggedOut });
  return desk;
}

function greeted(): void {
  line.answer();
  line.hear(server.desk());
}

function ids(): string[] {
  return line.sent("say").map((command) => (command.t === "say" ? command.id : ""));
}

function stored(command: StaffCommand | undefined): void {
  if (command?.t !== "say") throw new Error("no message was sent");
  const facts = { message: `a${ME}.${command.id}`, by: "agent", agent: ME, kind: "text" } as const;
  line.hear(server.append(C, { type: "message_sent", facts }, command.text));
}

beforeEach(() => {
  account += 1;
  server = new SmallServer();
  server.start(C);
  loggedOut = vi.fn();
  upload = vi.fn();
  page();
});

afterEach(() => desk.stop());

describe("messages of mine", () => {
  test("wait for the connection and go out in order", () => {
    desk.say(C, { text: "one" });
    desk.say(C, { text: "two" });
    line.answer();
    expect(line.sent("say")).toEqual([]);
    line.hear(server.desk());
    expect(line.sent("say").map((each) => each.t === "say" && each.text)).toEqual(["one", "two"]);
  });

  test("are gone from the outbox when their event comes back", () => {
    greeted();
    desk.say(C, { text: "hello" });
    expect(desk.outbox.of(C)).toHaveLength(1);
    stored(line.sent("say")[0]);
    expect(desk.outbox.of(C)).toEqual([]);
    expect(desk.state.rows.get(C)?.first_answered).toBe(true);
  });

  test("are sent again with their own id after a break, once per connection", () => {
    greeted();
    desk.say(C, { text: "one" });
    const first = ids();
    line.cut();
    line.pass(300);
    greeted();
    desk.say(C, { text: "two" });
    expect(ids().slice(0, 1)).toEqual(first);
    expect(ids()).toHaveLength(2);
  });

  test("survive a reload: none lost, none doubled, in order", async () => {
    greeted();
    await desk.say(C, { text: "one" });
    await desk.say(C, { text: "two" });
    const sent = ids();
    page();
    greeted();
    await vi.waitFor(() => expect(ids()).toEqual(sent));
  });

  test("of another account on the same computer stay where they are", async () => {
    await desk.say(C, { text: "mine" });
    account += 1;
    page();
    greeted();
    await desk.say(C, { text: "theirs" });
    expect(line.sent("say").map((each) => each.t === "say" && each.text)).toEqual(["theirs"]);
  });

  test("that were stored before are told so, and leave the outbox", () => {
    greeted();
    desk.say(C, { text: "hello" }, "my-message-id");
    line.hear({ t: "stored", id: "my-message-id", c: C, n: 3 });
    expect(desk.outbox.of(C)).toEqual([]);
    expect(line.sent("open")).toEqual([{ t: "open", c: C, after: 2 }]);
  });

  test("that are refused keep their place and their reason until tried again", () => {
    greeted();
    desk.say(C, { text: "hello" }, "my-message-id");
    line.hear({
      t: "refused",
      wait: null,
      id: "my-message-id",
      c: C,
      code: "not_yours",
      message: "Guo Dan has it.",
    });
    expect(desk.outbox.of(C)[0]?.failed?.message).toBe("Guo Dan has it.");
    desk.again("my-message-id");
    expect(desk.outbox.of(C)[0]?.failed).toBeNull();
    expect(ids()).toEqual(["my-message-id", "my-message-id"]);
  });

  test("that the desk could not take just now stay on their way", () => {
    greeted();
    desk.say(C, { text: "hello" }, "my-message-id");
    line.hear({ t: "refused", wait: null, id: "my-message-id", c: C, code: "unavailable", message: "later" });
    expect(desk.outbox.of(C)[0]?.failed).toBeNull();
    desk.say(C, { text: "and more" }, "another-id");
    expect(ids()).toEqual(["my-message-id", "my-message-id", "another-id"]);
  });

  test("of which the desk says nothing for ten seconds go out once more", () => {
    greeted();
    desk.say(C, { text: "one" }, "my-message-id");
    line.pass(5_000);
    desk.say(C, { text: "two" }, "another-id");
    line.pass(5_000);
    desk.say(C, { text: "three" }, "a-third-id");
    expect(ids()).toEqual(["my-message-id", "another-id", "my-message-id", "a-third-id"]);
  });

  test("do not overtake a picture that is still uploading", async () => {
    let done: (picture: object) => void = () => undefined;
    upload.mockReturnValue(new Promise((resolve) => (done = resolve)));
    greeted();
    desk.say(C, { file: new Blob(["x"]) });
    desk.say(C, { text: "as you can see" });
    expect(line.sent("say")).toEqual([]);
    done({ id: "pic", width: 4, height: 3 });
    await vi.waitFor(() => expect(line.sent("say")).toHaveLength(2));
    expect(line.sent("say")[0]).toMatchObject({ picture: "pic" });
  });

  test("let the ones after them through when their picture is refused", async () => {
    upload.mockRejectedValue(Object.assign(new Error("The picture is larger than 5 MB."), { status: 413 }));
    greeted();
    desk.say(C, { file: new Blob(["x"]) });
    desk.say(C, { text: "anyway" });
    await vi.waitFor(() => expect(line.sent("say")).toHaveLength(1));
    expect(desk.outbox.of(C)[0]?.failed?.message).toBe("The picture is larger than 5 MB.");
  });
});

describe("the connection", () => {
  test("says which logs the page holds, so that only the rest is sent", () => {
    greeted();
    line.cut();
    line.pass(300);
    line.answer();
    expect(line.sent("hello")).toEqual([{ t: "hello", opened: { [C]: 2 } }]);
  });

  test("asks again for somebody else's conversation that is on screen", () => {
    greeted();
    desk.open("not-mine");
    line.cut();
    line.pass(300);
    greeted();
    expect(line.sent("open")).toEqual([{ t: "open", c: "not-mine", after: 0 }]);
    desk.leave("not-mine");
    expect(line.sent("leave")).toEqual([{ t: "leave", c: "not-mine" }]);
  });

  test("tells a live page's wish again after a break", () => {
    greeted();
    desk.watch(1, null);
    line.cut();
    line.pass(300);
    greeted();
    expect(line.sent("watch")).toEqual([{ t: "watch", shop: 1, group: null, agent: null }]);
  });

  test("tells who logs people in that nobody is logged in any more", () => {
    line.cut(4401);
    expect(loggedOut).toHaveBeenCalledOnce();
    desk.retry();
    expect(line.wires).toHaveLength(2);
  });

  test("tells of typing at most every two seconds", () => {
    greeted();
    for (let key = 0; key < 5; key += 1) {
      desk.typed(C);
      line.pass(700);
    }
    expect(line.sent("typing")).toHaveLength(2);
  });
});

test("ids are what the wire allows, and never the same", () => {
  const many = new Set(Array.from({ length: 1000 }, newId));
  expect(many.size).toBe(1000);
  for (const id of many) expect(id).toMatch(/^[A-Za-z0-9_-]{8,40}$/);
});
