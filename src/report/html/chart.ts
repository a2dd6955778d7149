import { formatCount, formatNs, formatShort } from '../format.ts';

// What a chart shows, and nothing of how: the page's script draws it, and the table below it lists it. Both
// read the same columns, so that the words and the picture cannot differ.

/** What a number is a number of. Times are in nanoseconds, `percentile` is 1 / (1 - q). */
export type Unit = 'ns' | 'count' | 'short' | 'ratio' | 'percentile' | 'label';

export interface Axis {
  readonly name: string;
  readonly scale: 'linear' | 'log';
  readonly unit: Unit;
}

/** One line or one kind of dot: a column of values beside those of the chart. */
export interface Series {
  readonly name: string;
  /** Which colour, stroke and marker it has: a number from 0, the same for a strategy in all charts. */
  readonly look: number;
  readonly values: readonly (number | null)[];
  /** The ends of an interval around each value. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  /** Only points where it was measured, or only a curve where it was calculated; both without a word. */
  readonly drawn?: 'points' | 'curve';
}

/** Lines over a common x. */
export interface LineChart {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly at: readonly number[];
  /** What to write at `at` where it is no number. */
  readonly labels?: readonly string[];
  /** Where the axis is labelled; without, where it is handsome. */
  readonly ticks?: readonly number[];
  readonly series: readonly Series[];
  /** Points to point out. */
  readonly marks?: readonly {
    readonly x: number;
    readonly y: number;
    readonly look: number;
    readonly text: string;
  }[];
}

/** A row for each name, and on it a dot for each series. */
export interface DotChart {
  readonly kind: 'dots';
  readonly value: Axis;
  readonly rowName: string;
  readonly rows: readonly string[];
  readonly series: readonly Series[];
  /** A value to compare with: an upright line. */
  readonly reference?: number;
}

export type Chart = LineChart | DotChart;

/** A value in words, as short as it can be read. */
export function formatValue(unit: Unit, value: number): string {
  switch (unit) {
    case 'ns':
      return formatNs(value);
    case 'count':
      return formatCount(value);
    case 'short':
      return Math.abs(value) < 10 ? String(Number(value.toPrecision(3))) : formatShort(value);
    case 'ratio':
      return String(Number(value.toPrecision(3)));
    case 'percentile':
      return formatPercentile(value);
    case 'label':
      return String(value);
  }
}

/** `99.9 %` of 1000: the percentile beyond which one in so many lies. */
function formatPercentile(oneIn: number): string {
  return `${Number((100 - 100 / oneIn).toFixed(6))} %`;
}
