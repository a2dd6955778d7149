import type { Sweep, SweepCurve, SweepPoint } from '../sim/sweep-result.ts';
import type { Spread } from '../stats/spread.ts';
import { throughputAt } from '../stats/usl.ts';
import { formatNs, formatShort } from './format.ts';
import { letterOf, type PlotSeries, plotInText } from './text-plot.ts';

/** The plot of a sweep, and how to read it, line by line; none if there is nothing to connect. */
export function sweepPlot(sweep: Sweep, width: number): string[] {
  const timed = showsTimes(sweep);
  const lines = plotInText(
    {
      series: sweep.curves.map((curve) => seriesOf(curve, timed)),
      xTicks: ticksOf(sweep),
      doubleAbove: sweep.over === 'threads' ? sweep.environment.cores : undefined,
      markLabel: 'knee',
      yLogarithmic: timed,
      formatY: timed ? formatNs : formatShort,
    },
    width,
  );
  return lines.length === 0 ? [] : [title(sweep, timed), '', ...lines, '', legend(sweep)];
}

/** By a schedule, as much is completed as is offered: only times tell strategies apart. */
function showsTimes({ over, scenario }: Sweep): boolean {
  return over === 'rate' || typeof scenario.ratePerSecond === 'number';
}

function seriesOf({ points, usl, knee }: SweepCurve, timed: boolean): PlotSeries {
  return {
    points: points.flatMap((point) => {
      const figure = figureOf(point, timed);
      return point.x === null || figure === null ? [] : [{ x: point.x, y: figure.median }];
    }),
    curve: usl === null || timed ? undefined : (x) => throughputAt(usl, x),
    mark: knee?.x,
  };
}

function figureOf(
  { responseP99Ns, completedPerSecond }: SweepPoint,
  timed: boolean,
): Spread | null {
  return timed ? responseP99Ns : completedPerSecond;
}

function ticksOf({ over, curves }: Sweep): { x: number; label: string }[] {
  const labels = new Map<number, string>();
  for (const { x, value } of curves.flatMap(({ points }) => points)) {
    if (x !== null) labels.set(x, over === 'rate' ? formatShort(x) : value);
  }
  const ticks = [...labels].map(([x, label]) => ({ x, label }));
  return ticks.toSorted((a, b) => a.x - b.x);
}

function title({ over, curves }: Sweep, timed: boolean): string {
  const what = timed ? 'response time p99' : 'requests/s';
  const small = curves.some(({ usl }) => usl !== null && !timed)
    ? 'the fitted law, or lines between'
    : 'lines between';
  return `${what} by ${over}: capitals are medians, small letters ${small}, # several`;
}

function legend({ curves, over, environment }: Sweep): string {
  const names = curves.map(({ strategy }, index) => `${letterOf(index)} ${strategy}`);
  const beyond = over === 'threads' && curves.some(hasOversubscribed);
  const note = beyond ? `; ═ more threads than the ${environment.cores} cores` : '';
  return `${names.join(', ')}${note}`;
}

function hasOversubscribed({ points }: SweepCurve): boolean {
  return points.some(({ oversubscribed }) => oversubscribed);
}
