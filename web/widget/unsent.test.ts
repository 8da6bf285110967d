import { beforeEach, describe, expect, it, vi } from "vitest";

/** A page of this browser: its modules are its own, the storage is shared. */
async function page() {
  vi.resetModules();
  return await import("./unsent.ts");
}

const texts = ({ unsent }: Awaited<ReturnType<typeof page>>) => unsent().map(({ text }) => text);

describe("messages on their way", () => {
  beforeEach(() => localStorage.clear());

  it("come back in order after a reload, under the same ids", async () => {
    const before = await page();
    for (const text of ["one", "two", "three"]) before.add({ text });
    const ids = before.unsent().map(({ id }) => id);
    const after = await page();
    after.recallUnsent();
    expect(texts(after)).toEqual(["one", "two", "three"]);
    expect(after.unsent().map(({ id }) => id)).toEqual(ids);
  });

  it("have ids that the desk accepts", async () => {
    const here = await page();
    here.add({ text: "one" });
    expect(here.unsent()[0]?.id).toMatch(/^[A-Za-z0-9_-]{8,40}$/);
  });

  it("are gone for good once confirmed", async () => {
    const here = await page();
    here.add({ text: "one" });
    here.done(here.unsent()[0]?.id ?? "");
    const after = await page();
    after.recallUnsent();
    expect(texts(after)).toEqual([]);
  });

  it("do not come back by a change that arrives after the confirmation", async () => {
    const here = await page();
    here.add({ text: "one" });
    const id = here.unsent()[0]?.id ?? "";
    here.done(id);
    here.change(id, { failed: "" });
    expect(texts(here)).toEqual([]);
  });

  it("of two tabs do not overwrite each other, and each tab follows the other", async () => {
    const first = await page();
    const second = await page();
    first.add({ text: "from the first" });
    second.add({ text: "from the second" });
    const name = Object.keys(localStorage).find((key) => key.includes(first.unsent()[0]?.id ?? "-")) ?? "";
    const own = name.slice(name.indexOf(first.UNSENT));
    second.followUnsent(own);
    expect(texts(second).sort()).toEqual(["from the first", "from the second"]);
    first.done(first.unsent()[0]?.id ?? "");
    second.followUnsent(own);
    expect(texts(second)).toEqual(["from the second"]);
  });

  it("too large for the storage are kept by the page", async () => {
    const refuse = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    vi.stubGlobal("localStorage", new Proxy({}, { set: refuse }));
    const here = await page();
    here.add({ text: "large" });
    expect(texts(here)).toEqual(["large"]);
    vi.unstubAllGlobals();
  });
});
