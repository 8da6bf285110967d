/** What every chart draws with; loaded only where one is, and once for all of them. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer]);

/** A chart that follows the size of its place. A wall screen is zoomed: twice the pixels stay sharp there. */
export function chartIn(place: HTMLElement): { chart: EChartsType; dispose: () => void } {
  const chart = init(place, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(place);
  return {
    chart,
    dispose() {
      resized.disconnect();
      chart.dispose();
    },
  };
}
