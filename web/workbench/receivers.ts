/** Who a conversation can be passed on to. */
import type { Colleague } from "@/live/frames";
import type { Row } from "@/live/rows";

/** Who is at work, other than whoever has it; a rehearsal's agents for a rehearsal's buyer only. */
export function receivers(colleagues: Iterable<Colleague>, row: Pick<Row, "agent" | "channel">): Colleague[] {
  return [...colleagues].filter(
    ({ id, ready, connected, shift, played }) =>
      id !== row.agent && ready && connected && shift !== "out" && (row.channel === "rehearsal" || !played),
  );
}

export function withRoom(people: readonly Colleague[]): Colleague[] {
  return people.filter(({ open, limit }) => open < limit);
}

export function ofGroup(people: readonly Colleague[], group: number): Colleague[] {
  return people.filter(({ groups }) => groups.includes(group));
}
