import { type Axis, formatValue } from '../../src/report/html/chart.ts';
import type { Palette } from './colors.ts';

export const FONT = 'system-ui, sans-serif';
export const FONT_SIZE = 12;

/** What every axis looks like; where its name stands is up to the chart. */
export function axisOption({ name, scale, unit }: Axis, palette: Palette): object {
  return {
    type: scale === 'log' ? 'log' : 'value',
    name,
    nameTextStyle: { color: palette.quiet, fontFamily: FONT, fontSize: FONT_SIZE },
    axisLine: { show: true, lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: {
      color: palette.quiet,
      fontFamily: FONT,
      fontSize: FONT_SIZE,
      hideOverlap: true,
      formatter: (value: number) => formatValue(unit, value),
    },
    splitLine: { lineStyle: { color: palette.line, width: 0.7 } },
    minorSplitLine: { show: false },
  };
}

/** Where a logarithmic axis may start: at the power of ten below the least value that it can show. */
export function logBounds(values: readonly (number | null | undefined)[]): {
  min?: number;
  max?: number;
} {
  const shown = values.filter((value) => typeof value === 'number' && value > 0) as number[];
  if (shown.length === 0) return {};
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const min = 10 ** Math.floor(Math.log10(least));
  return { min, max: Math.max(min * 10, 10 ** Math.ceil(Math.log10(most))) };
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
