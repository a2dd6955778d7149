import { type Axis, formatValue, type Series } from '../../src/report/html/chart.ts';
import type { Palette } from './colors.ts';

export const FONT = 'system-ui, sans-serif';
export const FONT_SIZE = 12;

/** Every number that an axis has to have room for: values and the ends of their intervals. */
export function valuesOf(series: readonly Series[]): (number | null)[] {
  return series.flatMap(({ values, low = [], high = [] }) => [...values, ...low, ...high]);
}

/** What every axis looks like; where its name stands is up to the chart. */
export function axisOption(axis: Axis, palette: Palette): object {
  const { name, scale } = axis;
  return {
    type: scale === 'log' ? 'log' : 'value',
    name,
    nameTextStyle: { color: palette.quiet, fontFamily: FONT, fontSize: FONT_SIZE },
    axisLine: { show: true, lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: labelOption(axis, palette),
    splitLine: { lineStyle: { color: palette.line, width: 0.7 } },
    minorSplitLine: { show: false },
  };
}

/** How numbers stand beside an axis. */
export function labelOption({ unit }: Axis, palette: Palette): object {
  return {
    color: palette.quiet,
    fontFamily: FONT,
    fontSize: FONT_SIZE,
    hideOverlap: true,
    formatter: (value: number) => (value === 0 ? '0' : formatValue(unit, value)),
  };
}

/**
 * The range of a logarithmic axis: from the power of its base below the least value that it can show to the
 * one above the largest.
 */
export function logRange(
  { unit }: Axis,
  values: readonly (number | null | undefined)[],
): { logBase: number; min?: number; max?: number } {
  // Ratios are mostly near 1, where powers of ten are far.
  const logBase = unit === 'ratio' ? 2 : 10;
  const shown = values.filter((value) => typeof value === 'number' && value > 0) as number[];
  if (shown.length === 0) return { logBase };
  const power = (value: number): number => Math.log(value) / Math.log(logBase);
  const min = logBase ** Math.floor(power(Math.min(...shown)));
  return {
    logBase,
    min,
    max: Math.max(min * logBase, logBase ** Math.ceil(power(Math.max(...shown)))),
  };
}

/** What a tooltip says, as an element: names come from users, and text content is never markup. */
export function tooltip(
  title: string,
  rows: readonly (readonly [string, string, string])[],
): HTMLElement {
  const root = document.createElement('div');
  const head = document.createElement('strong');
  head.textContent = title;
  root.append(head);
  for (const [name, value, color] of rows) {
    const line = document.createElement('div');
    line.className = 'tip';
    const dot = document.createElement('i');
    dot.style.background = color;
    const label = document.createElement('span');
    label.textContent = name;
    const number = document.createElement('b');
    number.textContent = value;
    line.append(dot, label, number);
    root.append(line);
  }
  return root;
}

export function tooltipOption(palette: Palette): object {
  return {
    backgroundColor: palette.paper,
    borderColor: palette.line,
    borderWidth: 1,
    confine: true,
    padding: 8,
    textStyle: { color: palette.ink, fontFamily: FONT, fontSize: FONT_SIZE },
    extraCssText: 'box-shadow: none; max-height: 20rem; overflow: hidden;',
    transitionDuration: 0,
  };
}
