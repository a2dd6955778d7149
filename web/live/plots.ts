import uPlot from 'uplot';
import { formatCount, formatNs, formatShort } from '../../src/report/format.ts';
import type { Sample } from '../../src/sim/session-state.ts';
import { ratesOf } from '../../src/stats/rates.ts';
import { type Palette, paletteOf } from '../report/colors.ts';

/** One line of a plot. */
interface Line {
  readonly name: string;
  readonly color: number;
  /** Strokes and gaps, so that lines are told apart without colour. */
  readonly dash?: number[];
}

interface PlotTerms {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly log: boolean;
  readonly show: (value: number) => string;
  /** One list of values for each line. */
  readonly values: (samples: readonly Sample[]) => (number | null)[][];
}

// By its number: the enum that uPlot's types name is not there when it runs.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC: uPlot.Scale = { distr: 3 };
const HEIGHT = 220;
/** A scale that ends lower would show fractions of requests. */
const LEAST_TOP = 10;
const FONT = '12px system-ui, sans-serif';
const DASHED = [6, 4];
const DOTTED = [2, 3];

const PLOTS: readonly PlotTerms[] = [
  {
    id: 'rates',
    lines: [
      { name: 'requests ended', color: 0 },
      { name: 'tickets granted', color: 2, dash: DASHED },
      { name: 'requests refused', color: 1, dash: DOTTED },
    ],
    log: false,
    show: (value) => formatShort(Math.round(value)),
    values: (samples) => {
      const rates = ratesOf(samples);
      return [
        rates.map((each) => each.completedPerSecond),
        rates.map((each) => each.grantedPerSecond),
        rates.map((each) => each.refusedPerSecond),
      ];
    },
  },
  {
    id: 'times',
    lines: [
      { name: 'p50', color: 0 },
      { name: 'p99', color: 1, dash: DASHED },
    ],
    log: true,
    show: formatNs,
    values: (samples) => [
      samples.map(({ p50Ns }) => aboveZero(p50Ns)),
      samples.map(({ p99Ns }) => aboveZero(p99Ns)),
    ],
  },
  {
    id: 'left',
    lines: [{ name: 'tickets left', color: 2 }],
    log: false,
    show: formatCount,
    values: (samples) => [samples.map(({ ticketsLeft }) => ticketsLeft)],
  },
];

/** The plots of one run, drawn again with every look. */
export class Plots {
  #plots: uPlot[] = [];
  #samples: readonly Sample[] = [];

  constructor() {
    addEventListener('resize', () => {
      for (const plot of this.#plots) plot.setSize(sizeOf(plot.root.parentElement as HTMLElement));
    });
  }

  /** Draws all anew, in the colours that hold now. */
  restyle(): void {
    for (const plot of this.#plots) plot.destroy();
    this.#plots = PLOTS.map((terms) => {
      const box = document.getElementById(terms.id) as HTMLElement;
      return new uPlot(optionsOf(terms, box, paletteOf(box)), dataOf(terms, this.#samples), box);
    });
  }

  show(samples: readonly Sample[]): void {
    this.#samples = samples;
    for (const [index, plot] of this.#plots.entries()) {
      plot.setData(dataOf(PLOTS[index] as PlotTerms, samples));
    }
  }
}

function dataOf(terms: PlotTerms, samples: readonly Sample[]): uPlot.AlignedData {
  return [samples.map(({ elapsedMs }) => elapsedMs / 1e3), ...terms.values(samples)];
}

function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, box.clientWidth), height: HEIGHT };
}

function optionsOf(terms: PlotTerms, box: HTMLElement, palette: Palette): uPlot.Options {
  const axis: uPlot.Axis = {
    font: FONT,
    stroke: palette.quiet,
    grid: { stroke: palette.line, width: 1 },
    ticks: { stroke: palette.line, width: 1 },
  };
  return {
    ...sizeOf(box),
    legend: { markers: { width: 2, dash: (_, series) => strokeOf(terms.lines[series - 1]) } },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: false },
      y: terms.log
        ? LOGARITHMIC
        : { range: (_, __, most) => [0, Math.max(LEAST_TOP, most * 1.05)] },
    },
    axes: [
      { ...axis, values: (_, splits) => splits.map((split) => `${split} s`) },
      {
        ...axis,
        size: 64,
        ...(terms.log ? atPowers(axis) : {}),
        values: (_, splits) => splits.map((split) => (split === null ? '' : terms.show(split))),
      },
    ],
    series: [
      {
        label: 'since the opening',
        value: (_, value) => (value === null ? '' : `${value.toFixed(1)} s`),
      },
      ...terms.lines.map(({ name, color, dash }): uPlot.Series => {
        return {
          label: name,
          stroke: palette.series[color] as string,
          width: 2,
          ...(dash ? { dash } : {}),
          points: { show: false },
          value: (_, value) => (value === null || value === undefined ? '' : terms.show(value)),
        };
      }),
    ],
  };
}

/** A line's dashes, as CSS calls them. */
function strokeOf(line: Line | undefined): 'solid' | 'dashed' | 'dotted' {
  if (line?.dash === undefined) return 'solid';
  return line.dash === DOTTED ? 'dotted' : 'dashed';
}

/** Lines at powers of ten alone: a logarithmic axis has nine times as many otherwise. */
function atPowers(axis: uPlot.Axis): uPlot.Axis {
  const filter = powersIn;
  return { filter, grid: { ...axis.grid, filter }, ticks: { ...axis.ticks, filter } };
}

function powersIn(_: uPlot, splits: readonly number[]): (number | null)[] {
  return splits.map((split) => (Number.isInteger(Math.log10(split)) ? split : null));
}

/** A logarithmic axis has no zero. */
function aboveZero(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
