// What a sweep was, and what it shows, in sentences that every format shares.
import type { Sweep, SweepCurve, SweepPoint } from '../sim/sweep-result.ts';
import { counted, formatNs } from './format.ts';
import { worstVerdict } from './sweep-columns.ts';

/** What was swept over which scenario, in one line; the field that was swept is not said twice. */
export function describeSweep({
  over,
  values,
  scenario,
  repeats,
  seeds,
  interrupted,
}: Sweep): string {
  const { events, ticketsPerEvent, workInsideNs, workOutsideNs, durationNs } = scenario;
  const others: readonly (readonly [flag: string, text: string])[] = [
    ['duration', durationNs === undefined ? '' : `for ${formatNs(durationNs)} each`],
    ['rate', describeRate(scenario.ratePerSecond)],
    ['threads', counted(scenario.threads, 'thread')],
    ['clients', counted(scenario.clients, 'client')],
    ['events', counted(events, 'event')],
    ['tickets', `${counted(ticketsPerEvent, 'ticket')} each`],
    ['work-inside', workInsideNs > 0 ? `${formatNs(workInsideNs)} of work inside` : ''],
    ['work-outside', workOutsideNs > 0 ? `${formatNs(workOutsideNs)} of work outside` : ''],
  ];
  const said = others
    .filter(([flag, text]) => flag !== over && text !== '')
    .map(([, text]) => text);
  const seed = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
  const short = interrupted ? '; interrupted' : '';
  return `${over} ${values.join(', ')}: ${said.join(', ')}; ${counted(repeats, 'repeat')}, ${seed}${short}`;
}

function describeRate(ratePerSecond: Sweep['scenario']['ratePerSecond']): string {
  if (ratePerSecond === 'max') return 'as fast as possible';
  return ratePerSecond === null ? 'in a closed loop' : `at ${ratePerSecond}/s`;
}

/** What the sweep shows, the worst first: faults, void runs, and what was fitted or why not. */
export function sweepFindings(sweep: Sweep): string[] {
  const { curves, over, environment } = sweep;
  const points = curves.flatMap((curve) => curve.points);
  const shared = (curves[0]?.notes ?? []).filter((note) =>
    curves.every(({ notes }) => notes.includes(note)),
  );
  const share = points.some(({ oversubscribed }) => oversubscribed)
    ? [
        `* more threads than the ${environment.cores} cores: a thread may lose its core, also with a lock in hand`,
      ]
    : [];
  return [
    ...share,
    ...curves.flatMap((curve) => faultsOf(curve, over)),
    ...curves.flatMap(voidsOf),
    ...curves.flatMap(({ strategy, usl, knee, saturation, notes }) => {
      const found = [usl, knee, saturation].flatMap((each) => (each === null ? [] : [each.says]));
      const own = notes.filter((note) => !shared.includes(note));
      return [...found, ...own].map((says) => `${strategy}: ${says}`);
    }),
    ...shared,
  ];
}

function faultsOf({ strategy, points }: SweepCurve, over: string): string[] {
  const wrong = points.filter((point) => worstVerdict(point) !== 'exact');
  if (wrong.length === 0) return [];
  const parts = wrong.map((point) => `${worstVerdict(point)} at ${point.value}${surplus(point)}`);
  const promises = [...new Set(wrong.flatMap(({ brokenPromises }) => brokenPromises))];
  const broken = promises.length === 0 ? 'no promise broken' : `broken: ${promises.join(', ')}`;
  return [`${strategy} by ${over}: ${parts.join(', ')}; ${broken}`];
}

function surplus({ oversold }: SweepPoint): string {
  return oversold > 0 ? ` (up to ${counted(oversold, 'ticket')} too many)` : '';
}

/** On a busy machine, dozens of runs are void for one cause: each cause is told once, by its first case. */
function voidsOf({ strategy, points }: SweepCurve): string[] {
  const voids = points.filter(({ voidRuns }) => voidRuns > 0);
  if (voids.length === 0) return [];
  const told = new Map<string, string>();
  for (const reason of voids.flatMap(({ reasons }) => reasons)) {
    const cause = (reason.split(':')[0] ?? '').replace(/[\d.,]+/g, '');
    if (!told.has(cause)) told.set(cause, reason);
  }
  const count = voids.reduce((sum, { voidRuns }) => sum + voidRuns, 0);
  const all = points.reduce((sum, { runs }) => sum + runs, 0);
  const where = voids.map(({ value }) => value).join(', ');
  return [
    `${strategy}: ${count} of ${counted(all, 'run')} void (at ${where}): ${[...told.values()].join('; ')}`,
  ];
}
