import type { EChartsCoreOption } from 'echarts/core';
import { type DotChart, formatValue, type Series } from '../../src/report/html/chart.ts';
import { lookOf } from '../../src/report/html/look.ts';
import { axisOption, FONT, FONT_SIZE, logRange, tooltip, tooltipOption, valuesOf } from './axes.ts';
import type { Palette } from './colors.ts';

/** Letters of a row's name for which there is room beside the chart. */
const NAME_LETTERS = 18;
const NARROW = 500;

/** A chart of dots in rows as ECharts draws it: names on the left, the first on top. */
export function dotsOption(chart: DotChart, palette: Palette, width: number): EChartsCoreOption {
  const { rows, series, value, reference } = chart;
  const values = valuesOf(series);
  return {
    animation: false,
    grid: { left: 8, right: 24, top: 8, bottom: 34, containLabel: true },
    tooltip: {
      ...tooltipOption(palette),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.line, opacity: 0.35 } },
      formatter: (points: unknown) => describe(chart, palette, points),
    },
    xAxis: {
      ...axisOption(value, palette),
      ...(value.scale === 'log' ? logRange(value, [...values, reference]) : {}),
      nameLocation: 'middle',
      nameGap: 28,
      splitNumber: width < NARROW ? 3 : 6,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: palette.line, width: 0.7 } },
      axisLabel: {
        color: palette.ink,
        fontFamily: FONT,
        fontSize: FONT_SIZE,
        interval: 0,
        formatter: (name: string) =>
          shorten(name, width < NARROW ? NAME_LETTERS : NAME_LETTERS * 2),
      },
    },
    series: [
      ...series.flatMap((each, index) =>
        seriesOption(chart, each, offsetOf(index, chart), palette),
      ),
      ...referenceOption(reference, palette),
    ],
  };
}

/** Series with intervals stand above each other in their row, lest they cover one another. */
const SERIES_APART = 9;

function offsetOf(index: number, { series }: DotChart): number {
  const isSpread = series.some(({ low }) => low !== undefined);
  return isSpread ? (index - (series.length - 1) / 2) * SERIES_APART : 0;
}

function shorten(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
}

function seriesOption(
  { value: axis }: DotChart,
  series: Series,
  offset: number,
  palette: Palette,
): object[] {
  const look = lookOf(series.look);
  const color = palette.series[look.color] as string;
  const { low, high } = series;
  const data = series.values.flatMap((value, row) => {
    const isShown = value !== null && (axis.scale === 'linear' || value > 0);
    return isShown ? [[value, row, low?.[row] ?? value, high?.[row] ?? value]] : [];
  });
  const dots = {
    type: 'scatter',
    name: series.name,
    data,
    symbol: look.marker,
    symbolSize: low && high ? 8 : 10,
    symbolOffset: [0, offset],
    itemStyle: {
      color: look.hollow ? palette.paper : color,
      borderColor: color,
      borderWidth: 2,
      opacity: 1,
    },
    emphasis: { disabled: true },
    z: 4,
  };
  if (!low || !high) return [dots];
  const intervals = {
    type: 'custom',
    silent: true,
    data,
    z: 3,
    encode: { x: [2, 3], y: 1 },
    renderItem: (_: unknown, api: { value(i: number): number; coord(at: number[]): number[] }) => {
      const [x1 = 0, y1 = 0] = api.coord([api.value(2), api.value(1)]);
      const [x2 = 0] = api.coord([api.value(3), api.value(1)]);
      return {
        type: 'line',
        shape: { x1, y1: y1 + offset, x2, y2: y1 + offset },
        style: { stroke: color, lineWidth: 2.5 },
      };
    },
  };
  return [intervals, dots];
}

function referenceOption(reference: number | undefined, palette: Palette): object[] {
  if (reference === undefined) return [];
  return [
    {
      type: 'line',
      data: [],
      silent: true,
      markLine: {
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: palette.quiet, type: 'dashed', width: 1.25 },
        data: [{ xAxis: reference }],
      },
    },
  ];
}

function describe(chart: DotChart, palette: Palette, points: unknown): HTMLElement | undefined {
  const [first] = points as { value: readonly number[] }[];
  const row = first?.value[1];
  if (row === undefined) return undefined;
  const { unit } = chart.value;
  const lines = chart.series.flatMap((series) => {
    const value = series.values[row];
    if (typeof value !== 'number') return [];
    const [low, high] = [series.low?.[row], series.high?.[row]];
    const interval =
      typeof low === 'number' && typeof high === 'number'
        ? ` [${formatValue(unit, low)}, ${formatValue(unit, high)}]`
        : '';
    const color = palette.series[lookOf(series.look).color] as string;
    return [[series.name, `${formatValue(unit, value)}${interval}`, color] as const];
  });
  return tooltip(chart.rows[row] ?? '', lines);
}
