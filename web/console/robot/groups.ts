/** Consults and their groups, as the page works on them. */
import { ref, shallowRef } from "vue";
import type { ConsultRow, SortedGroups } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

/** A cell, or a whole row of the table: `ended` null is any. */
export interface Cell {
  readonly said: number;
  readonly ended: number | null;
}

export function useGroups() {
  const groups = shallowRef<SortedGroups>();
  const cell = shallowRef<Cell>();
  const rows = shallowRef<readonly ConsultRow[]>([]);
  const found = ref(0);
  const failed = ref("");
  const refused = ref("");

  async function load(): Promise<void> {
    try {
      groups.value = await ask("GET", "/api/robot/groups");
      failed.value = "";
    } catch (error) {
      failed.value = reason(error);
    }
  }

  /** Do it; what stands in the way is said on the page. */
  async function attempt(deed: () => Promise<void>): Promise<void> {
    refused.value = "";
    try {
      await deed();
    } catch (error) {
      refused.value = reason(error);
    }
  }

  async function read(from: number): Promise<void> {
    if (!cell.value) return;
    const { said, ended } = cell.value;
    const query = `said=${said}${ended === null ? "" : `&ended=${ended}`}&offset=${from}` as const;
    const answer = await ask("GET", `/api/robot/groups/consults?${query}`);
    rows.value = from === 0 ? answer.rows : [...rows.value, ...answer.rows];
    found.value = answer.found;
  }

  return {
    groups,
    cell,
    rows,
    found,
    failed,
    refused,
    load,
    open: (chosen: Cell) =>
      attempt(async () => {
        cell.value = chosen;
        rows.value = [];
        await read(0);
      }),
    more: () => attempt(() => read(rows.value.length)),
    set: (on: boolean, least: number) =>
      attempt(async () => {
        await ask("PUT", "/api/robot/groups", { on, least });
        await load();
        await read(0);
      }),
    /** The row stays where it is: who corrects goes on with the next one. */
    label: (row: ConsultRow, group: number | null) =>
      attempt(async () => {
        await ask("PUT", `/api/robot/groups/labels/${row.conversation}`, { group });
        rows.value = rows.value.map((each) => (each === row ? { ...each, label: group } : each));
        await load();
      }),
  };
}
