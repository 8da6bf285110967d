import { expect, test } from "vitest";
import type { Live, PersonNow, WaitingRow } from "@/contract/wire";
import { helper } from "./alerts";
import { bucketOf, byUrgency, candidates, inBucket, waitingIn, worstOf } from "./board";

const NOW = 1_000_000;
const RATE = { hits: 0, of: 0, pending: 0 };
const SPEED = {
  golden_human: RATE,
  golden_anyone: RATE,
  within_30s: RATE,
  within_3min: RATE,
  first_response: null,
  average_response: null,
};

function person(id: number, given: Partial<PersonNow> = {}): PersonNow {
  return {
    id,
    name: `agent ${id}`,
    played: false,
    groups: [1],
    presence: "idle",
    break_reason: "",
    shift: "none",
    since: 0,
    limit: 5,
    connected_ms: 0,
    ready_ms: 0,
    waits: [],
    speed: SPEED,
    ...given,
  };
}

function row(c: string, agent: number | null, since: number): WaitingRow {
  return { c, agent, since, shop: 1, group: 1, buyer_name: c, text: "", why: null, played: false };
}

const ids = (people: readonly PersonNow[]): number[] => people.map(({ id }) => id);

test.each([
  [6_000, 0],
  [6_001, 1],
  [15_000, 1],
  [30_000, 2],
  [60_000, 3],
  [180_000, 4],
  [180_001, 5],
])("a wait of %d ms is counted in bucket %d, as the server counts it", (wait, bucket) => {
  expect(bucketOf(wait)).toBe(bucket);
});

test("whose buyer waits longest stands first, and who is away stands last", () => {
  const away = person(1, { presence: "away", waits: [NOW - 90_000] });
  const waiting = person(2, { waits: [NOW - 5_000, null] });
  const worse = person(3, { waits: [null, NOW - 50_000], presence: "typing" });
  const busy = person(4, { waits: [null, null] });
  const free = person(5);
  expect(ids(byUrgency([free, away, waiting, busy, worse]))).toEqual([3, 2, 4, 5, 1]);
});

test("a card opens the conversation that waits longest with that person", () => {
  const rows = [
    row("b", 7, NOW - 10),
    row("a", 7, NOW - 20),
    row("c", 8, NOW - 90),
    row("d", null, NOW - 99),
  ];
  expect(worstOf(person(7), rows)?.c).toBe("a");
  expect(worstOf(person(9), rows)).toBeUndefined();
});

test("idle hands of the group with a free place are offered first, and nobody who is not there", () => {
  const people = [
    person(1, { groups: [2] }),
    person(2, { waits: [null, null, null, null, null] }),
    person(3, { presence: "typing" }),
    person(4, { presence: "break" }),
    person(5, { presence: "away" }),
    person(6, { waits: [null] }),
    person(7),
    person(8, { limit: 0 }),
  ];
  expect(ids(candidates(people, row("c", null, NOW)))).toEqual([7, 6, 3, 2, 8, 1]);
});

test("whoever has the conversation is not offered it again", () => {
  expect(ids(candidates([person(1), person(2)], row("c", 1, NOW)))).toEqual([2]);
});

test("a rehearsal's agents are offered for its buyers only, and people for either", () => {
  const people = [person(1), person(2, { played: true })];
  const real = row("c", null, NOW);
  expect(ids(candidates(people, real))).toEqual([1]);
  expect(ids(candidates(people, { ...real, played: true }))).toEqual([1, 2]);
  expect(helper({ people: people.slice(1) } as unknown as Live, real)).toBeUndefined();
});

test("a bucket holds back those who do not wait in it", () => {
  expect(inBucket(NOW - 20_000, 2, NOW)).toBe(true);
  expect(inBucket(NOW - 20_000, 3, NOW)).toBe(false);
  expect(inBucket(null, 2, NOW)).toBe(false);
  expect(inBucket(null, null, NOW)).toBe(true);
});

test("a bucket holds who waits in the queue and who waits for an agent, longest first", () => {
  const rows = [row("queued", null, NOW - 20_000), row("held", 1, NOW - 25_000), row("fresh", 1, NOW - 1000)];
  const live = { rows } as unknown as Live;
  expect(waitingIn(live, 2, NOW).map(({ c }) => c)).toEqual(["held", "queued"]);
});
