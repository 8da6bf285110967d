/** The drawing of `LastFive`; a file of its own so that ECharts is loaded only where a chart is. */
import type { Column } from "@/contract/wire";
import { chartIn } from "@/kit/chart-engine";
import { clockTime } from "@/kit/time";

export type Names = Readonly<Record<"golden" | "due" | "slow" | "arrivals", string>>;

export interface LastFiveChart {
  draw: (columns: readonly Column[], names: Names) => void;
  /** Read the colours again, then draw. */
  repaint: (draw: () => void) => void;
  dispose: () => void;
}

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function colours() {
  return {
    ink: token("ink"),
    quiet: token("ink3"),
    line: token("line"),
    surface: token("s"),
    golden: token("chart-golden"),
    goldenEdge: token("golden-edge"),
    due: token("chart-due"),
    slow: token("slow"),
  };
}

type Colours = ReturnType<typeof colours>;

function bars(name: string, data: number[], color: string, borderColor?: string) {
  const itemStyle = { color, ...(borderColor && { borderColor, borderWidth: 1 }) };
  // A bar of no height would still draw its border.
  const drawn = data.map((value) => value || null);
  return { type: "bar" as const, name, data: drawn, stack: "answers", barCategoryGap: "12%", itemStyle };
}

function series(columns: readonly Column[], names: Names, ink: Colours) {
  const arrivals = {
    type: "line" as const,
    name: names.arrivals,
    data: columns.map((column) => column.arrivals),
    symbol: "none",
    lineStyle: { color: ink.ink, width: 1.5, type: "dashed" as const },
    itemStyle: { color: ink.ink },
  };
  return [
    bars(
      names.golden,
      columns.map((column) => column.golden),
      ink.golden,
      ink.goldenEdge,
    ),
    bars(
      names.due,
      columns.map((column) => column.due),
      ink.due,
    ),
    bars(
      names.slow,
      columns.map((column) => column.slow),
      ink.slow,
    ),
    arrivals,
  ];
}

function picture(columns: readonly Column[], names: Names, ink: Colours) {
  const axisLabel = { color: ink.quiet, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 40, right: 12, top: 12, bottom: 26 },
    tooltip: {
      trigger: "axis" as const,
      transitionDuration: 0,
      backgroundColor: ink.surface,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 12 },
    },
    xAxis: {
      type: "category" as const,
      data: columns.map((column) => clockTime(column.at)),
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { ...axisLabel, interval: 5 },
    },
    yAxis: {
      type: "value" as const,
      minInterval: 1,
      splitNumber: 3,
      axisLabel,
      splitLine: { lineStyle: { color: ink.line } },
    },
    series: series(columns, names, ink),
  };
}

export function createLastFive(place: HTMLElement): LastFiveChart {
  const { chart, dispose } = chartIn(place);
  let ink = colours();
  return {
    draw: (columns, names) => chart.setOption(picture(columns, names, ink)),
    repaint(draw) {
      ink = colours();
      draw();
    },
    dispose,
  };
}
