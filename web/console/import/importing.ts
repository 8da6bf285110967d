/** One import on the page: from files on this computer to what came of it. */
import { computed, reactive, ref, shallowRef } from "vue";
import type { FileLook, ImportBy, ImportRole, ImportState, Imports, ReadingAsked } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { usePoll } from "@/kit/poll";
import { reason } from "../reason";
import { upload } from "./upload";

export interface Picked {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  share: number;
  upload: string;
  failed: string;
  readonly stop: AbortController;
}

/** How the files are read, while it is being changed. */
export interface Draft {
  columns: Partial<Record<ImportRole, string>>;
  zone: string;
  encoding: NonNullable<ReadingAsked["encoding"]>;
  delimiter: string;
  times: string[];
  dates: string[];
  day: string;
  sides: Record<string, ImportBy>;
  whats: NonNullable<ReadingAsked["whats"]>;
  kinds: NonNullable<ReadingAsked["kinds"]>;
}

export const NEW_SHOP = 0;
const POLL_MS = 700;
const EDIT_MS = 250;

export function useImporting() {
  const known = shallowRef<Imports>();
  const picked = reactive<Picked[]>([]);
  const looks = shallowRef<readonly FileLook[]>([]);
  const looking = ref(false);
  const draft = shallowRef<Draft>();
  const mapping = ref("");
  const problem = ref("");
  const unread = ref("");
  const state = shallowRef<ImportState>();
  const where = reactive({
    shop: NEW_SHOP,
    name: "",
    platform: "other",
    zone: "Asia/Shanghai",
    bodies: "keep" as "keep" | "mask" | "drop",
    saveAs: "",
  });
  let keys = 0;
  let asked = 0;
  let edit: ReturnType<typeof setTimeout> | undefined;

  const uploads = computed(() => picked.filter((file) => file.upload).map((file) => file.upload));
  const uploading = computed(() => picked.some((file) => !file.upload && !file.failed));
  const readable = computed(
    () => looks.value.length > 0 && looks.value.every((each) => each.problems.length === 0),
  );
  const running = computed(() => state.value?.state === "running");

  async function load(): Promise<void> {
    try {
      known.value = await ask("GET", "/api/imports");
      unread.value = "";
    } catch (error) {
      unread.value = reason(error);
    }
  }

  const pollNow = usePoll(async () => {
    if (state.value && !running.value) return;
    try {
      state.value = await ask("GET", "/api/imports/current");
      if (state.value.state === "done") await load();
    } catch (error) {
      problem.value = reason(error);
    }
  }, POLL_MS);

  async function add(files: Iterable<File>): Promise<void> {
    problem.value = "";
    await Promise.all([...files].map(send));
    if (uploads.value.length) await look();
  }

  async function send(file: File): Promise<void> {
    const entry: Picked = reactive({
      key: ++keys,
      name: file.name,
      bytes: file.size,
      share: 0,
      upload: "",
      failed: "",
      stop: new AbortController(),
    });
    picked.push(entry);
    try {
      const kept = await upload(
        file,
        (share) => {
          entry.share = share;
        },
        entry.stop.signal,
      );
      entry.upload = kept.upload;
    } catch (error) {
      entry.failed = reason(error);
    }
  }

  async function remove(entry: Picked): Promise<void> {
    entry.stop.abort();
    picked.splice(picked.indexOf(entry), 1);
    if (entry.upload) await ask("DELETE", `/api/imports/files/${entry.upload}`).catch(() => undefined);
    if (uploads.value.length) await look();
    else clear();
  }

  /** Ask how the files would be read: as they look, by a saved mapping, or as they are being mapped. */
  async function look(): Promise<void> {
    const mine = ++asked;
    looking.value = true;
    problem.value = "";
    try {
      const told = await ask("POST", "/api/imports/look", {
        uploads: uploads.value,
        zone: draft.value?.zone ?? where.zone,
        reading: mapping.value ? null : (draft.value ?? null),
        mapping: mapping.value || null,
      });
      if (mine === asked) take(told.looks);
    } catch (error) {
      if (mine === asked) problem.value = reason(error);
    } finally {
      if (mine === asked) looking.value = false;
    }
  }

  function take(told: readonly FileLook[]): void {
    const first = told[0];
    if (!first) return;
    if (!looks.value.length) propose(first);
    looks.value = told;
    // Files of the same columns may each write times, and say who, in their own way.
    const all = sameColumns() ? told.map((each) => each.reading) : [first.reading];
    draft.value = {
      zone: first.reading.zone,
      day: first.reading.day,
      encoding: first.reading.encoding as Draft["encoding"],
      delimiter: first.reading.delimiter,
      columns: { ...first.reading.columns },
      times: [...new Set(all.flatMap((each) => each.times))],
      dates: [...new Set(all.flatMap((each) => each.dates))],
      sides: Object.assign({}, ...all.map((each) => each.sides)),
      whats: Object.assign({}, ...all.map((each) => each.whats)),
      kinds: Object.assign({}, ...all.map((each) => each.kinds)),
    };
  }

  function propose(first: FileLook): void {
    where.platform = first.platform;
    where.zone = first.reading.zone;
    const shops = known.value?.shops.filter((shop) => shop.analysts) ?? [];
    where.shop = shops[0]?.id ?? NEW_SHOP;
    if (!where.name) where.name = first.file.replace(/\..*$/, "");
  }

  /** Change the reading; what it makes of the rows follows shortly. */
  function change(changed: Partial<Draft>): void {
    if (!draft.value) return;
    mapping.value = "";
    draft.value = { ...draft.value, ...changed };
    clearTimeout(edit);
    edit = setTimeout(look, EDIT_MS);
  }

  /** Give a column another role; a role is one column's. What was found out about the old column is forgotten. */
  function assign(column: string, role: ImportRole | ""): void {
    if (!draft.value) return;
    const kept = Object.entries(draft.value.columns).filter(([had, name]) => name !== column && had !== role);
    const columns = Object.fromEntries(role ? [...kept, [role, column]] : kept) as Draft["columns"];
    const moved = (each: ImportRole): boolean => columns[each] !== draft.value?.columns[each];
    change({
      columns,
      times: moved("time") ? [] : draft.value.times,
      dates: moved("date") ? [] : draft.value.dates,
      sides: moved("side") || moved("sender") ? {} : draft.value.sides,
      whats: moved("what") ? {} : draft.value.whats,
      kinds: moved("kind") ? {} : draft.value.kinds,
    });
  }

  async function start(acceptRejects = false): Promise<void> {
    problem.value = "";
    try {
      state.value = await ask("POST", "/api/imports", {
        uploads: uploads.value,
        shop: where.shop === NEW_SHOP ? null : where.shop,
        shop_name: where.name,
        platform: where.platform,
        zone: where.zone,
        reading: sameColumns() ? (draft.value ?? null) : null,
        bodies: where.bodies,
        accept_rejects: acceptRejects,
        save_as: where.saveAs.trim() || null,
      });
      pollNow();
    } catch (error) {
      problem.value = reason(error);
    }
  }

  /** Files that do not look alike are each read as they look. */
  function sameColumns(): boolean {
    const [first, ...others] = looks.value;
    return others.every((each) => each.names.join("\n") === first?.names.join("\n"));
  }

  /** Stop it, or leave its outcome and go back to the files. */
  async function leave(): Promise<void> {
    const applied = ["applied", "nothing_new"].includes(state.value?.result?.outcome ?? "");
    await ask("DELETE", "/api/imports/current").catch(() => undefined);
    state.value = await ask("GET", "/api/imports/current");
    if (applied) clear();
  }

  function clear(): void {
    picked.splice(0);
    looks.value = [];
    draft.value = undefined;
    mapping.value = "";
    where.name = "";
    where.saveAs = "";
  }

  async function undo(id: string): Promise<boolean> {
    problem.value = "";
    try {
      await ask("DELETE", `/api/imports/${id}`);
      await load();
      return true;
    } catch (error) {
      problem.value = reason(error);
      return false;
    }
  }

  void load();
  return {
    known,
    picked,
    looks,
    looking,
    draft,
    mapping,
    problem,
    unread,
    state,
    where,
    uploads,
    uploading,
    readable,
    running,
    add,
    remove,
    look,
    change,
    assign,
    start,
    leave,
    undo,
  };
}

export type Importing = ReturnType<typeof useImporting>;
