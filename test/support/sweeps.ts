// Made-up sweeps: curves of runs that nobody has to wait for.
import type { Audit } from '../../src/audit/audit.ts';
import { type CurveTerms, curveOf, type Measured } from '../../src/sim/sweep-curve.ts';
import type { Sweep, SweepCurve } from '../../src/sim/sweep-result.ts';
import { resultOf } from './results.ts';

/** One made-up run. */
export interface MadeUp {
  /** Index of its value. */
  readonly at: number;
  readonly completed?: number;
  readonly offered?: number;
  readonly p99?: number;
  readonly threads?: number;
  readonly audit?: Partial<Audit>;
  /** Why it is void. */
  readonly reason?: string;
}

export function measured(run: MadeUp): Measured {
  const { at, completed = 1000, offered = completed, p99 = 5000, threads = 1 } = run;
  const result = resultOf('made-up');
  return {
    at,
    threads,
    audit: { ...result.audit, ...run.audit },
    throughput: {
      ...result.throughput,
      completedPerSecond: completed,
      offeredPerSecond: offered,
      grantedPerSecond: completed / 2,
    },
    health: {
      valid: run.reason === undefined,
      reasons: run.reason === undefined ? [] : [run.reason],
      checks: [],
    },
    command: `sim run --strategy made-up --threads ${threads} --seed 42/1`,
    responseP50Ns: p99 / 5,
    responseP99Ns: p99,
  };
}

export function termsOver(over: string, xs: readonly (number | null)[], cores = 4): CurveTerms {
  const values = xs.map((x) => ({ value: x === null ? 'max' : String(x), x }));
  return { over, values, cores, scheduled: over === 'rate' };
}

/** Over threads: one run at each of them, with so much completed. */
export function threadsCurve(
  strategy: string,
  byThreads: Readonly<Record<number, number>>,
  cores = 4,
): SweepCurve {
  const threads = Object.keys(byThreads).map(Number);
  const runs = threads.map((each, at) =>
    measured({ at, threads: each, completed: byThreads[each] ?? 0 }),
  );
  return curveOf(strategy, runs, termsOver('threads', threads, cores));
}

/** Over rates: one run at each of them, with this p99, in nanoseconds; what is offered is completed. */
export function ratesCurve(strategy: string, byRate: Readonly<Record<number, number>>): SweepCurve {
  const rates = Object.keys(byRate).map(Number);
  const runs = rates.map((rate, at) => measured({ at, completed: rate, p99: byRate[rate] ?? 0 }));
  return curveOf(strategy, runs, termsOver('rate', rates));
}

/** A sweep of these curves, on 4 cores. */
export function sweepOf(over: string, curves: readonly SweepCurve[]): Sweep {
  const { schemaVersion, scenario, environment } = resultOf('made-up');
  const values = (curves[0]?.points ?? []).map(({ value }) => value);
  return {
    schemaVersion,
    kind: 'sweep',
    command: `sim sweep --${over} ${values.join(',')}`,
    over,
    values,
    repeats: 1,
    seeds: ['42/1'],
    curves,
    scenario: { ...scenario, ratePerSecond: over === 'rate' ? 1000 : 'max' },
    interrupted: false,
    environment: { ...environment, cores: 4 },
  };
}
