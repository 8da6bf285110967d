/** The robot at work, as its tab shows and changes it. */
import { computed, reactive, ref, shallowRef } from "vue";
import type { RobotMode, RobotWork } from "@/contract/rest";
import { ask } from "@/kit/ask";
import { reason } from "../reason";

export const MODES: readonly RobotMode[] = ["off", "assist", "busy", "always"];
const HOUR = 60;

/** A row as it is edited: 0 is every shop or group, hours are texts such as "22:00", empty: at any hour. */
export interface ModeRow {
  mode: RobotMode;
  shop: number;
  group: number;
  begins: string;
  ends: string;
}

export type Work = ReturnType<typeof useWork>;

export function useWork() {
  const told = shallowRef<RobotWork>();
  const rows = ref<ModeRow[]>([]);
  const form = reactive({ mode: "off" as RobotMode, precision: "90", refit: "" });
  const failed = ref("");
  const refused = ref("");
  const busy = ref(false);

  function show(work: RobotWork): void {
    told.value = work;
    rows.value = work.rows.map(shown);
    const precision = String(Math.round(work.precision * 100));
    Object.assign(form, { mode: work.mode, precision, refit: clock(work.refit_at) });
  }

  const changed = computed(() => {
    const work = told.value;
    return work !== undefined && JSON.stringify(body()) !== JSON.stringify(bodyOf(work));
  });

  function body() {
    const precision = Number(form.precision) / 100;
    return { mode: form.mode, rows: rows.value.map(sent), precision, refit_at: minute(form.refit) };
  }

  async function load(): Promise<void> {
    try {
      const work = await ask("GET", "/api/robot/work");
      if (changed.value) told.value = work;
      else show(work);
      failed.value = "";
    } catch (error) {
      failed.value = reason(error);
    }
  }

  async function attempt(doing: () => Promise<RobotWork>): Promise<void> {
    busy.value = true;
    refused.value = "";
    try {
      show(await doing());
    } catch (error) {
      refused.value = reason(error);
    } finally {
      busy.value = false;
    }
  }

  const save = () => attempt(() => ask("PATCH", "/api/robot/work", body()));
  const stop = (stopped: boolean) => attempt(() => ask("PATCH", "/api/robot/work", { stopped }));
  const undo = () => told.value && show(told.value);

  /** Filled in, to be looked at and saved. */
  function preset({ mode, rows: made }: RobotWork["presets"][number]): void {
    rows.value = made.map(shown);
    form.mode = mode;
  }

  function add(): void {
    rows.value.push({ mode: "always", shop: 0, group: 0, begins: "", ends: "" });
  }

  return { told, rows, form, failed, refused, busy, changed, load, save, stop, undo, preset, add };
}

type Row = RobotWork["rows"][number];

function shown({ mode, shop, group, begins, ends }: Row): ModeRow {
  return { mode, shop: shop ?? 0, group: group ?? 0, begins: clock(begins), ends: clock(ends) };
}

function sent({ mode, shop, group, begins, ends }: ModeRow): Row {
  return { mode, shop: shop || null, group: group || null, begins: minute(begins), ends: minute(ends) };
}

function bodyOf({ mode, rows, precision, refit_at }: RobotWork) {
  return { mode, rows: rows.map(shown).map(sent), precision, refit_at };
}

function clock(minutes: number | null): string {
  if (minutes === null) return "";
  return [Math.floor(minutes / HOUR), minutes % HOUR].map((part) => String(part).padStart(2, "0")).join(":");
}

function minute(text: string): number | null {
  const [hours, minutes] = text.split(":").map(Number);
  return hours === undefined || minutes === undefined ? null : hours * HOUR + minutes;
}
