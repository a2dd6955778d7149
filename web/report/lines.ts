import type { EChartsCoreOption } from 'echarts/core';
import { formatValue, type LineChart, type Series } from '../../src/report/html/chart.ts';
import { type Look, lookOf } from '../../src/report/html/look.ts';
import {
  axisOption,
  FONT,
  FONT_SIZE,
  labelOption,
  logRange,
  tooltip,
  tooltipOption,
  valuesOf,
} from './axes.ts';
import type { Palette } from './colors.ts';

/** So many markers on a line, so that it can be told from its neighbours without colour. */
const MARKERS_ON_LINE = 9;

/** In the order that overlapping things are painted. */
const DEPTH = { interval: 2, line: 3, mark: 4 } as const;

/** Narrower boxes have room for fewer labels. */
const NARROW = 500;

/** A chart of lines as ECharts draws it. */
export function linesOption(chart: LineChart, palette: Palette, width: number): EChartsCoreOption {
  const { y, series } = chart;
  const values = valuesOf(series);
  return {
    animation: false,
    grid: { left: 8, right: 24, top: 34, bottom: 34, containLabel: true },
    tooltip: {
      ...tooltipOption(palette),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: palette.quiet, width: 1 } },
      formatter: (points: unknown) => describe(chart, palette, points),
    },
    xAxis: xAxisOption(chart, palette, width),
    yAxis: {
      ...axisOption(y, palette),
      ...(y.scale === 'log' ? logRange(y, values) : {}),
      nameLocation: 'end',
      nameTextStyle: {
        color: palette.quiet,
        fontFamily: FONT,
        fontSize: FONT_SIZE,
        align: 'left',
        padding: [0, 0, 0, -36],
      },
    },
    series: series.flatMap((each, index) => seriesOption(chart, each, index, palette)),
  };
}

function xAxisOption(chart: LineChart, palette: Palette, width: number): object {
  const { x, at, labels, ticks, series } = chart;
  const common = { ...axisOption(x, palette), nameLocation: 'middle', nameGap: 28 };
  const label = labelOption(x, palette);
  if (ticks !== undefined) {
    // Values that somebody chose: they are named, and all of them stay in the picture.
    const named = labels && { formatter: (value: number) => labels[at.indexOf(value)] ?? '' };
    return {
      ...common,
      splitLine: { show: false },
      min: at[0],
      max: at.at(-1),
      axisLabel: { ...label, ...named, customValues: ticks },
    };
  }
  return {
    ...common,
    splitLine: { show: false },
    // From the opening on, also where the first interval ends later.
    min: x.unit === 'ns' ? 0 : at[0],
    max: at[lastShown(series)],
    splitNumber: width < NARROW ? 4 : 8,
    // It ends wherever the sale or its requests did, at no round number.
    axisLabel: { ...label, showMaxLabel: false },
  };
}

/** The last place where any line has a value: what hidden ones alone went on to is not shown. */
function lastShown(series: readonly Series[]): number {
  const ends = series.map(({ values }) => values.findLastIndex((value) => value !== null));
  return Math.max(0, ...ends);
}

function seriesOption(chart: LineChart, series: Series, index: number, palette: Palette): object[] {
  const { at, marks = [] } = chart;
  const look = lookOf(series.look);
  const color = palette.series[look.color] as string;
  const own = marks.filter((mark) => mark.look === series.look);
  const curve = series.drawn === 'curve';
  const line = {
    type: 'line',
    name: series.name,
    data: at.map((x, place) => [x, visible(chart, series.values[place])]),
    connectNulls: curve,
    showSymbol: !curve,
    showAllSymbol: true,
    ...symbolOption(look, index, series, at.length),
    lineStyle: {
      color,
      width: series.drawn === 'points' ? 0 : 1.75,
      type: look.stroke,
      ...(curve ? { opacity: 0.8 } : {}),
    },
    itemStyle: { color: look.hollow ? palette.paper : color, borderColor: color, borderWidth: 1.5 },
    emphasis: { disabled: true },
    z: DEPTH.line,
    ...(own.length === 0 || curve ? {} : { markPoint: markOption(own, color, palette) }),
  };
  return [...whiskers(chart, series, color), line];
}

/** A value that the axis can show: zero has no place on a logarithmic one. */
function visible({ y }: LineChart, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  return y.scale === 'log' && value <= 0 ? null : value;
}

function symbolOption({ marker }: Look, index: number, { drawn }: Series, points: number): object {
  if (drawn !== undefined) return { symbol: marker, symbolSize: 8 };
  const every = Math.max(1, Math.floor(points / MARKERS_ON_LINE));
  // Each line has its markers at other places, lest they hide one another.
  const first = (index * 3) % every;
  return {
    symbol: marker,
    symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) =>
      dataIndex % every === first ? 7 : 0,
  };
}

function markOption(
  marks: NonNullable<LineChart['marks']>,
  color: string,
  palette: Palette,
): object {
  return {
    symbol: 'circle',
    symbolSize: 16,
    silent: true,
    itemStyle: { color: 'transparent', borderColor: color, borderWidth: 2 },
    label: {
      show: true,
      position: 'top',
      color: palette.ink,
      fontFamily: FONT,
      fontSize: FONT_SIZE,
    },
    data: marks.map(({ x, y, text }) => ({ coord: [x, y], label: { formatter: () => text } })),
    z: DEPTH.mark,
  };
}

/** From the low to the high end of each value's interval. */
function whiskers({ at }: LineChart, { low, high }: Series, color: string): object[] {
  if (!low || !high) return [];
  const data = at.flatMap((x, place) => {
    const [from, to] = [low[place], high[place]];
    return typeof from === 'number' && typeof to === 'number' ? [[x, from, to]] : [];
  });
  return [
    {
      type: 'custom',
      silent: true,
      tooltip: { show: false },
      z: DEPTH.interval,
      data,
      renderItem: (
        _: unknown,
        api: { value(i: number): number; coord(at: number[]): number[] },
      ) => {
        const [x = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
        const [, bottom = 0] = api.coord([api.value(0), api.value(1)]);
        return {
          type: 'line',
          shape: { x1: x, y1: top, x2: x, y2: bottom },
          style: { stroke: color, lineWidth: 1.5, opacity: 0.7 },
        };
      },
      encode: { x: 0, y: [1, 2] },
    },
  ];
}

/** What the tooltip says where the reader points: all lines at that place, the highest first. */
function describe(chart: LineChart, palette: Palette, points: unknown): HTMLElement | undefined {
  const [first] = points as { value: [number, number | null] }[];
  const place = chart.at.indexOf(first?.value[0] ?? Number.NaN);
  if (place < 0) return undefined;
  const rows = chart.series
    .flatMap((series) => {
      const value = series.values[place];
      return typeof value === 'number' ? [{ series, value }] : [];
    })
    .toSorted((a, b) => b.value - a.value)
    .map(({ series, value }) => {
      const color = palette.series[lookOf(series.look).color] as string;
      return [series.name, formatValue(chart.y.unit, value), color] as const;
    });
  const label = chart.labels?.[place] ?? formatValue(chart.x.unit, chart.at[place] as number);
  return tooltip(`${chart.x.name}: ${label}`, rows);
}
