// A plot in characters: for terminals, mails and documents. It needs no colour to be read.

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** One line of a plot: capitals where it was measured, small letters between. */
export interface PlotSeries {
  /** From left to right. */
  readonly points: readonly PlotPoint[];
  /** What goes between the points; straight lines without. */
  readonly curve?: ((x: number) => number) | undefined;
  /** A place to mark below the axis. */
  readonly mark?: number | undefined;
}

export interface Plot {
  readonly series: readonly PlotSeries[];
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  /** Up to which x the axis is single; it is double beyond. Single all along without. */
  readonly doubleAbove?: number | undefined;
  /** What a mark below the axis means. */
  readonly markLabel: string;
  /** Logarithmic, in powers of ten; else linear, from 0. */
  readonly yLogarithmic: boolean;
  readonly formatY: (y: number) => string;
}

const HEIGHT = 17;
const WIDTH_MAX = 78;
const WIDTH_MIN = 20;
/** Where several lines have a point in one place. */
const SEVERAL = '#';
/** From this ratio on, equal steps would crowd the small values. */
const LOGARITHMIC_FROM = 8;

/** The letter of a line, by its index. */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + (index % 26));
}

/** The plot in lines of at most `width` characters; none if there are not two places to connect. */
export function plotInText(plot: Plot, width: number): string[] {
  const all = plot.series.flatMap(({ points }) => points);
  const xs = [...new Set(all.map(({ x }) => x))];
  if (xs.length < 2) return [];
  const vertical = verticalScale(plot, all);
  const margin = Math.max(...vertical.labels.map((label) => label.length), plot.markLabel.length);
  const columns = Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, width - margin - 4));
  const horizontal = horizontalScale(xs, columns);
  const grid = Array.from({ length: HEIGHT }, () => blank(columns));
  plot.series.forEach((series, index) => {
    drawLine(grid, series, letterOf(index).toLowerCase(), horizontal, vertical);
  });
  plot.series.forEach(({ points }, index) => {
    for (const { x, y } of points) {
      const row = grid[vertical.rowOf(y)] as string[];
      const column = horizontal.columnOf(x);
      row[column] = isCapital(row[column]) ? SEVERAL : letterOf(index);
    }
  });
  const lines = grid.map((row, index) => {
    const label = vertical.labels[index] ?? '';
    return `${label.padStart(margin)} ${label === '' ? '│' : '┤'}${row.join('')}`;
  });
  const below = [
    `${' '.repeat(margin)} └${axis(plot, horizontal, columns)}`,
    `${' '.repeat(margin + 2)}${tickLabels(plot, horizontal, columns)}`,
    ...marks(plot, horizontal, columns, margin),
  ];
  return [...lines, ...below].map((line) => line.trimEnd());
}

function blank(columns: number): string[] {
  return Array.from({ length: columns }, () => ' ');
}

interface Horizontal {
  readonly columnOf: (x: number) => number;
  readonly xOf: (column: number) => number;
}

function horizontalScale(xs: readonly number[], columns: number): Horizontal {
  const [min, max] = [Math.min(...xs), Math.max(...xs)];
  const logarithmic = min > 0 && max / min >= LOGARITHMIC_FROM;
  const to = logarithmic ? Math.log : (x: number): number => x;
  const from = logarithmic ? Math.exp : to;
  // A column stays free on both sides, so that labels are centred on their points.
  const [left, span] = [2, columns - 5];
  return {
    columnOf: (x) => left + Math.round(((to(x) - to(min)) / (to(max) - to(min))) * span),
    xOf: (column) => from(to(min) + ((column - left) / span) * (to(max) - to(min))),
  };
}

interface Vertical {
  readonly rowOf: (y: number) => number;
  /** By row; empty where there is none. */
  readonly labels: readonly string[];
}

function verticalScale(plot: Plot, points: readonly PlotPoint[]): Vertical {
  const ys = points.map(({ y }) => y);
  const high = Math.max(...ys);
  const bottom = plot.yLogarithmic ? Math.floor(Math.log10(Math.max(1, Math.min(...ys)))) : 0;
  const top = plot.yLogarithmic
    ? Math.max(bottom + 1, Math.ceil(Math.log10(Math.max(1, high))))
    : roundUp(high);
  const to = (y: number): number => (plot.yLogarithmic ? Math.log10(Math.max(1, y)) : y);
  const rowOf = (y: number): number => {
    return Math.round((1 - (to(y) - bottom) / (top - bottom)) * (HEIGHT - 1));
  };
  const ticks = plot.yLogarithmic
    ? Array.from({ length: top - bottom + 1 }, (_, i) => 10 ** (bottom + i))
    : [0, 1, 2, 3, 4].map((quarters) => (top * quarters) / 4);
  const labels = Array.from({ length: HEIGHT }, () => '');
  for (const tick of ticks) labels[rowOf(tick)] = plot.formatY(tick);
  return { rowOf, labels };
}

/** The next number that is easily divided by four. */
function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(value, Number.MIN_VALUE)));
  return (
    decade * ([1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8].find((step) => step * decade >= value) ?? 10)
  );
}

function drawLine(
  grid: readonly string[][],
  { points, curve }: PlotSeries,
  letter: string,
  { columnOf, xOf }: Horizontal,
  { rowOf }: Vertical,
): void {
  for (const [index, from] of points.entries()) {
    const to = points[index + 1];
    if (to === undefined) return;
    const [left, right] = [columnOf(from.x), columnOf(to.x)];
    for (let column = left; column <= right; column++) {
      const share = (column - left) / Math.max(1, right - left);
      const straight = Math.round(rowOf(from.y) + (rowOf(to.y) - rowOf(from.y)) * share);
      // A curve may leave the plot above what was measured.
      const row = grid[curve ? rowOf(curve(xOf(column))) : straight];
      if (row?.[column] === ' ') row[column] = letter;
    }
  }
}

function isCapital(character: string | undefined): boolean {
  return character === SEVERAL || (character !== undefined && /[A-Z]/.test(character));
}

function axis(
  { xTicks, doubleAbove }: Plot,
  { columnOf, xOf }: Horizontal,
  columns: number,
): string {
  const ticks = new Set(xTicks.map(({ x }) => columnOf(x)));
  return Array.from({ length: columns }, (_, column) => {
    const double = doubleAbove !== undefined && xOf(column - 0.5) > doubleAbove;
    if (ticks.has(column)) return double ? '╤' : '┬';
    return double ? '═' : '─';
  }).join('');
}

/** As many labels as there is room for, from the left; none of places beyond what was measured. */
function tickLabels({ xTicks }: Plot, { columnOf }: Horizontal, columns: number): string {
  let line = '';
  for (const { x, label } of xTicks) {
    const column = columnOf(x);
    if (column < 0 || column >= columns) continue;
    const start = Math.max(0, column - Math.floor((label.length - 1) / 2));
    const room = start >= line.length + (line === '' ? 0 : 1) && start + label.length <= columns;
    if (room) line = line.padEnd(start) + label;
  }
  return line;
}

function marks(plot: Plot, { columnOf }: Horizontal, columns: number, margin: number): string[] {
  const row = blank(columns);
  plot.series.forEach(({ mark }, index) => {
    if (mark === undefined) return;
    const column = columnOf(mark);
    row[column] = row[column] === ' ' ? letterOf(index) : SEVERAL;
  });
  const line = row.join('');
  return line.trim() === '' ? [] : [`${plot.markLabel.padStart(margin)}  ${line}`];
}
