import { describe, expect, test } from "vitest";
import { linkAfter } from "./link";
import { DEAD_MS, DeskSocket, pause } from "./socket";
import { Line } from "./testing/line";

function connected(): { line: Line; socket: DeskSocket; heard: string[] } {
  const line = new Line();
  const heard: string[] = [];
  const socket = new DeskSocket(line, {
    opened: () => heard.push("opened"),
    heard: (frames) => heard.push(...frames.map((frame) => frame.t)),
    closed: (why) => heard.push(why),
  });
  socket.connect();
  line.answer();
  return { line, socket, heard };
}

describe("the socket", () => {
  test("connects again after a pause that doubles up to five seconds", () => {
    const pauses = Array.from({ length: 7 }, (_, attempt) => pause(attempt, 1));
    expect(pauses).toEqual([300, 600, 1200, 2400, 4800, 5000, 5000]);
    expect(pause(0, 0)).toBe(150);
  });

  test("a lost connection is opened again, and says so", () => {
    const { line, heard } = connected();
    line.cut();
    expect(line.wires).toHaveLength(1);
    line.pass(300);
    expect(line.wires).toHaveLength(2);
    line.answer();
    expect(heard).toEqual(["opened", "lost", "opened"]);
  });

  test("an open socket that has been silent for three beats is dead", () => {
    const { line, socket } = connected();
    line.hear({ t: "beat", now: 1 });
    line.pass(DEAD_MS - 1);
    socket.check();
    expect(line.wire.closed).toBe(false);
    line.pass(1);
    socket.check();
    line.pass(300);
    expect(line.wires).toHaveLength(2);
  });

  test("an attempt that nobody answers is given up", () => {
    const { line } = connected();
    line.cut();
    line.pass(300);
    line.pass(DEAD_MS);
    line.pass(600);
    expect(line.wires).toHaveLength(3);
  });

  test.each([
    [4401, "logged_out"],
    [4403, "not_allowed"],
  ])("a door closed with %i is not knocked at again", (code, why) => {
    const { line, heard } = connected();
    line.cut(code);
    line.pass(60_000);
    expect(line.wires).toHaveLength(1);
    expect(heard).toContain(why);
  });

  test("what a replaced connection still says is not heard", () => {
    const { line, socket, heard } = connected();
    const old = line.wire;
    socket.connect();
    old.onmessage?.({ data: '[{"t":"beat","now":1}]' });
    old.onclose?.({ code: 1006 });
    expect(heard).toEqual(["opened"]);
  });

  test("a command without a connection is not sent and not kept", () => {
    const { line, socket } = connected();
    line.cut();
    expect(socket.send({ t: "ready" })).toBe(false);
    line.pass(300);
    line.answer();
    expect(line.wire.sent).toEqual([]);
  });
});

describe("what the screen says of the connection", () => {
  test.each([
    [3_999, "live", "live"],
    [4_000, "live", "reconnecting"],
    [14_999, "reconnecting", "reconnecting"],
    [15_000, "reconnecting", "offline"],
    [1_000, "connecting", "connecting"],
    [4_000, "connecting", "reconnecting"],
    [1_000, "offline", "offline"],
    [60_000, "not_allowed", "not_allowed"],
  ] as const)("%i ms of silence after %s is %s", (silence, before, after) => {
    expect(linkAfter(silence, before, 1_000)).toBe(after);
  });

  test("a page that slept itself does not blame the server at once", () => {
    expect(linkAfter(9_000, "live", 9_000)).toBe("live");
    expect(linkAfter(10_000, "live", 1_000)).toBe("reconnecting");
  });
});
