import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from '../../src/report/html/chart.ts';
import { paletteOf } from './colors.ts';
import { dotsOption } from './dots.ts';
import { linesOption } from './lines.ts';

// Lines stay sharp on paper, and nothing is drawn that a reader would have to zoom into.
use([
  CustomChart,
  GridComponent,
  LineChart,
  MarkLineComponent,
  MarkPointComponent,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
]);

/** A chart in its box. */
export interface Drawing {
  show(hidden: ReadonlySet<string>): void;
  resize(): void;
  end(): void;
}

/** Draws a chart, without the series that are hidden, in the colours of the moment. */
export function draw(box: HTMLElement, chart: Chart, hidden: ReadonlySet<string>): Drawing {
  const echart = init(box, null, { renderer: 'svg' });
  const palette = paletteOf(box);
  const show = (without: ReadonlySet<string>): void => {
    const series = chart.series.filter(({ name }) => !without.has(name));
    const option =
      chart.kind === 'lines'
        ? linesOption({ ...chart, series }, palette, box.clientWidth)
        : dotsOption({ ...chart, series }, palette, box.clientWidth);
    echart.setOption(option, { notMerge: true });
  };
  show(hidden);
  return { show, resize: () => echart.resize(), end: () => echart.dispose() };
}
