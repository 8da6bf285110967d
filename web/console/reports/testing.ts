/** Builders for the tests of this folder. */
import type { Caliber, FigureRow } from "./shapes";

export function key(given: Partial<FigureRow["key"]> = {}): FigureRow["key"] {
  return { day: null, hour: null, agent: null, group: null, shop: null, ...given };
}

export function caliber(given: Partial<Caliber> = {}): Caliber {
  return {
    id: "c",
    platform: "house",
    names: { zh: "口径", en: "Caliber" },
    version: { zh: "1", en: "1" },
    valid_from: null,
    source: { zh: "", en: "" },
    assumed: { zh: [], en: [] },
    target: null,
    measure: "within",
    unit: "session_first",
    clock: "shop",
    human_stage: false,
    valid: ["agent"],
    window: [],
    threshold: 6,
    cap: null,
    op: "<=",
    unanswered: "fail",
    p: null,
    limit: null,
    min_sample: null,
    own: false,
    kind: "rate",
    anchor: "first",
    opens: true,
    told: [],
    ...given,
  };
}

export function figure(given: Partial<FigureRow> = {}): FigureRow {
  return {
    key: key(),
    caliber: "c",
    num: 1,
    den: 2,
    value: 50,
    left_out: {},
    assessed: true,
    meets: null,
    vs: null,
    ...given,
  };
}
