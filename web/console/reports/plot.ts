/** Lines and bars along days or hours; a file of its own so that ECharts is loaded only where a plot is. */
import { chartIn } from "@/kit/chart-engine";

export interface Series {
  name: string;
  values: readonly (number | null)[];
  /** Which of the five looks; those of one figure and of what it is compared with are the same. */
  look: number;
  /** What is compared with: the same colour, paler and dotted. */
  pale?: boolean;
  bars?: boolean;
}

export interface Plot {
  places: readonly string[];
  series: readonly Series[];
  /** Horizontal lines to meet. */
  limits: readonly { name: string; value: number }[];
  /** How a value on the left axis reads. */
  shown: (value: number) => string;
  /** The left axis may begin above zero, unless bars stand beside it. */
  percent: boolean;
}

export interface PlotChart {
  draw: (plot: Plot) => void;
  /** Read the colours again, then draw. */
  repaint: (draw: () => void) => void;
  dispose: () => void;
}

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function colours() {
  return {
    looks: ["acc", "slow-edge", "ok", "ink2", "rehearsal"].map(token),
    ink: token("ink"),
    quiet: token("ink3"),
    line: token("line"),
    bars: token("line2"),
    surface: token("s"),
    limit: token("golden-edge"),
  };
}

type Colours = ReturnType<typeof colours>;
const DASHES: readonly ("solid" | "dashed" | number[])[] = ["solid", [8, 3], [5, 3], [2, 2], [8, 3, 2, 3]];

function line(series: Series, plot: Plot, ink: Colours, first: boolean) {
  const color = ink.looks[series.look % ink.looks.length] ?? ink.ink;
  const dash = DASHES[series.look % DASHES.length] ?? "solid";
  const limits = plot.limits.map(({ name, value }) => ({ name, yAxis: value }));
  const mark = {
    silent: true,
    symbol: "none",
    lineStyle: { color: ink.limit, type: "dashed" as const, width: 1.5 },
    label: { formatter: "{b}", color: ink.quiet, fontSize: 11, position: "insideEndTop" as const },
    data: limits,
  };
  return {
    type: "line" as const,
    name: series.name,
    data: [...series.values],
    symbol: plot.places.length > 45 || series.pale ? "none" : "circle",
    symbolSize: 5,
    lineStyle: {
      color,
      width: series.pale ? 1.2 : 2,
      type: series.pale ? [1, 3] : dash,
      opacity: series.pale ? 0.75 : 1,
    },
    itemStyle: { color },
    z: series.pale ? 2 : 3,
    ...(first && limits.length > 0 ? { markLine: mark } : {}),
  };
}

function bars(series: Series, ink: Colours) {
  return {
    type: "bar" as const,
    name: series.name,
    data: [...series.values],
    yAxisIndex: 1,
    barMaxWidth: 28,
    itemStyle: { color: ink.bars, borderRadius: [2, 2, 0, 0] },
    z: 1,
  };
}

/** A share near 100 % would be a flat line on an axis from 0; but bars tell the truth from 0 on only. */
export function lowest(plot: Pick<Plot, "percent" | "series" | "limits">): number {
  if (!plot.percent || plot.series.some((each) => each.bars)) return 0;
  const known = plot.series
    .filter((each) => !each.bars)
    .flatMap((each) => each.values.filter((value) => value !== null));
  const least = Math.min(100, ...known, ...plot.limits.map(({ value }) => value));
  return Math.max(0, Math.floor((least - 2) / 10) * 10);
}

/** An axis of shares up to a whole number of steps, so that its numbers are evenly apart. */
export function shareAxis(low: number, most: number): { min: number; max: number; interval: number } {
  const interval = most - low > 50 ? 20 : 10;
  const even = (value: number): number => value / interval;
  return { min: Math.floor(even(low)) * interval, max: Math.ceil(even(most)) * interval, interval };
}

function picture(plot: Plot, ink: Colours) {
  const axisLabel = { color: ink.quiet, fontSize: 11 };
  const firstLine = plot.series.findIndex((each) => !each.bars);
  const withBars = plot.series.some((each) => each.bars);
  const most = Math.max(
    100,
    ...plot.series.filter((each) => !each.bars).flatMap((each) => each.values.map((value) => value ?? 0)),
  );
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 56, right: withBars ? 46 : 14, top: 16, bottom: 24 },
    tooltip: {
      trigger: "axis" as const,
      transitionDuration: 0,
      confine: true,
      backgroundColor: ink.surface,
      borderColor: ink.line,
      textStyle: { color: ink.ink, fontSize: 12 },
    },
    xAxis: {
      type: "category" as const,
      data: [...plot.places],
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { ...axisLabel, hideOverlap: true },
    },
    yAxis: [
      {
        type: "value" as const,
        ...(plot.percent ? shareAxis(lowest(plot), most) : { min: 0 }),
        splitNumber: 4,
        axisLabel: { ...axisLabel, formatter: plot.shown },
        splitLine: { lineStyle: { color: ink.line } },
      },
      {
        type: "value" as const,
        show: withBars,
        min: 0,
        minInterval: 1,
        splitNumber: 4,
        axisLabel,
        splitLine: { show: false },
      },
    ],
    series: plot.series.map((each, index) =>
      each.bars ? bars(each, ink) : line(each, plot, ink, index === firstLine),
    ),
  };
}

export function createPlot(place: HTMLElement): PlotChart {
  const { chart, dispose } = chartIn(place);
  let ink = colours();
  return {
    draw: (plot) => chart.setOption(picture(plot, ink), { notMerge: true }),
    repaint(draw) {
      ink = colours();
      draw();
    },
    dispose,
  };
}
