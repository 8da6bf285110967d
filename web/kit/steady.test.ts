import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { effectScope, nextTick, shallowRef } from "vue";
import { keepOrder, useSteady } from "./steady";

beforeAll(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 11, 12) });
});
afterAll(() => vi.useRealTimers());

test("newcomers come last and who left is taken out", () => {
  expect(keepOrder(["a", "b", "c"], ["d", "c", "a"])).toEqual(["a", "c", "d"]);
});

function list(start: string[], keepMs = 0) {
  const wanted = shallowRef(start);
  const scope = effectScope();
  const steady = scope.run(() =>
    useSteady(
      () => wanted.value,
      (row) => row,
      keepMs,
    ),
  );
  if (!steady) throw new Error("the scope is open");
  const show = async (rows: string[]): Promise<string> => {
    wanted.value = rows;
    await nextTick();
    return steady.rows.value.join("");
  };
  return { ...steady, show };
}

test("a free list follows the true order at once", async () => {
  const { show } = list(["a", "b"]);
  expect(await show(["b", "a"])).toBe("ba");
});

test("nothing moves under the pointer, and it says how many wait above", async () => {
  const { show, holds, rows, waitingAbove } = list(["a", "b"]);
  holds.onPointerenter();
  expect(await show(["c", "b", "a"])).toBe("abc");
  expect(waitingAbove.value).toBe(2);
  holds.onPointerleave();
  await nextTick();
  expect(rows.value.join("")).toBe("cba");
  expect(waitingAbove.value).toBe(0);
});

test("a row that is gone goes even under the pointer", async () => {
  const { show, holds } = list(["a", "b"]);
  holds.onPointerenter();
  expect(await show(["b"])).toBe("b");
});

test("a key in the list holds it for a second", async () => {
  const { show, holds, rows } = list(["a", "b"]);
  holds.onKeydown();
  expect(await show(["b", "a"])).toBe("ab");
  vi.advanceTimersByTime(2_000);
  expect(rows.value.join("")).toBe("ba");
});

test("cards keep their place for ten seconds", async () => {
  const { show, rows } = list(["a", "b"], 10_000);
  expect(await show(["b", "a"])).toBe("ab");
  vi.advanceTimersByTime(9_000);
  expect(rows.value.join("")).toBe("ab");
  vi.advanceTimersByTime(2_000);
  expect(rows.value.join("")).toBe("ba");
});
