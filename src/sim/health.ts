import { numberText } from '../base/number-text.ts';
import type { ProcessorProbe } from '../base/probe.ts';
import type { DurationSummary } from '../stats/summary.ts';
import type { Health, HealthCheck } from './result.ts';

/** How the reason begins that says so of false sold-outs. */
const LOWER_BOUND = 'falseSoldOut is a lower bound';

/** Whether a run may have had more false sold-outs than it counted. */
export function isLowerBound({ reasons }: Health): boolean {
  return reasons.some((reason) => reason.startsWith(LOWER_BOUND));
}

/** What may make the figures of a run worthless. */
export interface Symptoms {
  readonly interrupted: boolean;
  /** Grants that were not audited because the interruption left no time for it. */
  readonly unauditedGrants: number;
  /** What went wrong, thread by thread. */
  readonly failures: readonly string[];
  /** Refusals that could not be checked for want of memory. */
  readonly uncheckedRefusals: number;
  /** Undefined where nothing was timed, or the run was cut short. */
  readonly measured: Measured | undefined;
}

/** What tells whether the times of a run are those of the strategy. */
export interface Measured {
  readonly completed: number;
  readonly completedPerSecond: number;
  readonly meanResponseNs: number;
  readonly meanServiceNs: number;
  /** Whether requests came by a schedule, by which they can be late. */
  readonly scheduled: boolean;
  /** Threads that sell. */
  readonly sellers: number;
  /** Requests in the system on average, counted by the clock; null if the run was too short to tell. */
  readonly inSystem: number | null;
  /** Requests that were due before the generator had delivered them, and by how much. */
  readonly generatorLagNs: DurationSummary;
  /** How late requests were begun that a thread had waited for with nothing else to do. */
  readonly pacingErrorNs: DurationSummary;
  /** Whether sellers wait by timers, since they have requests in flight meanwhile. */
  readonly byTimers: boolean;
  /** Threads that sell, generate or serve. */
  readonly threads: number;
  readonly cores: number;
  readonly timerNs: number;
  /** One processor, idle, just before the sale and just after it. */
  readonly before: ProcessorProbe;
  readonly after: ProcessorProbe;
  /** Requests a second that the lab made to a server that does nothing; null where it asks none. */
  readonly labLimitPerSecond: number | null;
  readonly offeredPerSecond: number;
}

/** By Little's law, requests in the system are arrivals a second times their time there; so much off at most. */
const MAX_LITTLE_RESIDUAL = 0.2;
/** Fewer requests in the system come and go between two looks at the clock: taken as so many. */
const LITTLE_REQUESTS_MIN = 20;
/** A lab that begins requests later than this measures itself. */
const MAX_PACING_ERROR_NS = 1e6;
/** Timers are late by a millisecond, and by as much as the answers that come meanwhile take. */
const MAX_TIMER_ERROR_NS = 1e7;
/** One late start among fewer is no p99. */
const PACED_MIN = 100;
/**
 * Above this share of requests that the generator delivered late, the lab itself was slow. A tenth of
 * the requests beyond p99: fewer cannot have made it.
 */
const MAX_LATE_SHARE = 0.001;
/** A clock that is coarser cannot tell one reservation from the next. */
const MAX_TIMER_NS = 1000;
/** Above this share of an idle processor's time, something else runs here. */
const MAX_STOLEN_SHARE = 0.1;
/** A processor that has become slower than this, of its former speed, was throttled. */
const MAX_SLOWDOWN = 0.3;

/** Beyond what the lab can ask, it is late by itself. */
const MAX_LAB_SHARE = 1;

/** Judges whether a run's figures may be believed, and compared with those of others. */
export function judgeHealth(symptoms: Symptoms): Health {
  const reasons = [...symptoms.failures];
  if (symptoms.interrupted) reasons.unshift('interrupted');
  const { uncheckedRefusals, unauditedGrants, measured } = symptoms;
  if (unauditedGrants > 0) {
    reasons.push(`not audited: the audit of ${numberText(unauditedGrants)} grants was cut short`);
  }
  if (uncheckedRefusals > 0) {
    reasons.push(`${LOWER_BOUND}: ${numberText(uncheckedRefusals)} refusals were not checked`);
  }
  const checks = measured ? CHECKS.flatMap((check) => check(measured) ?? []) : [];
  for (const { ok, says } of checks) if (!ok) reasons.push(says);
  return { valid: reasons.length === 0, reasons, checks };
}

const CHECKS: readonly ((measured: Measured) => HealthCheck | undefined)[] = [
  littlesLaw,
  pacingError,
  generatorLag,
  idleSellers,
  oversubscription,
  timerResolution,
  stolenTime,
  slowdown,
  labLimit,
];

/**
 * Compares requests in the system, as the clock counted them, with what the response
 * times of those same requests say. They disagree when times were left out, or counted from a wrong start.
 *
 * Source: Little, "A Proof for the Queuing Formula L = lambda W", Operations Research 1961.
 */
function littlesLaw({ inSystem, completedPerSecond, meanResponseNs }: Measured): HealthCheck {
  const timed = (completedPerSecond * meanResponseNs) / 1e9;
  const figure = { name: 'littles-law', unit: 'ratio' } as const;
  if (inSystem === null) {
    return limited({ ...figure, value: 0 }, null, "the run was too short for Little's law");
  }
  // Few are in the system by chance: a share of next to nothing says nothing.
  const residual = Math.abs(inSystem - timed) / Math.max(LITTLE_REQUESTS_MIN, timed, inSystem);
  return limited(
    { ...figure, value: residual },
    MAX_LITTLE_RESIDUAL,
    `Little's law is off by ${percent(residual)}: ${rounded(inSystem)} requests were in the system on average, and ${rounded(timed)} by their response times`,
  );
}

function pacingError({ pacingErrorNs, byTimers }: Measured): HealthCheck {
  const { count, p99 } = pacingErrorNs;
  const limit = byTimers ? MAX_TIMER_ERROR_NS : MAX_PACING_ERROR_NS;
  return limited(
    { name: 'pacing-error', value: p99, unit: 'ns' },
    count < PACED_MIN ? null : limit,
    count === 0
      ? 'no request was waited for'
      : `requests that a thread had waited for began ${micros(p99)} late at p99`,
  );
}

function generatorLag({ generatorLagNs, completed, scheduled }: Measured): HealthCheck {
  const { count, max } = generatorLagNs;
  const figure = { name: 'generator-lag', unit: 'ratio' } as const;
  if (!scheduled) {
    return limited({ ...figure, value: 0 }, null, 'without a schedule no request can come late');
  }
  return limited(
    { ...figure, value: completed === 0 ? 0 : count / completed },
    MAX_LATE_SHARE,
    count === 0
      ? 'the generator kept up'
      : `the generator could not keep up: ${numberText(count)} of ${numberText(completed)} requests came late, by up to ${micros(max)}`,
  );
}

/**
 * How much of the sellers' time was spent on no request. No limit: by a schedule it is as it should be; without one
 * it tells how far the throughput is that of the generator and not the strategy's.
 */
function idleSellers(measured: Measured): HealthCheck {
  const { completedPerSecond, meanServiceNs, sellers, scheduled, byTimers } = measured;
  const figure = { name: 'idle-sellers', unit: 'ratio' } as const;
  if (byTimers) {
    const inService = (completedPerSecond * meanServiceNs) / 1e9;
    return limited(
      { ...figure, value: 0 },
      null,
      `the store had ${rounded(inService)} requests at a time; the selling threads do not wait for one of them alone`,
    );
  }
  const share = Math.max(0, 1 - (completedPerSecond * meanServiceNs) / 1e9 / sellers);
  const cause = scheduled ? 'for want of requests that were due' : 'waiting for the generator';
  return limited(
    { ...figure, value: share },
    null,
    `the selling threads were idle for ${percent(share)} of the time, ${cause}`,
  );
}

/** No limit: more threads than processors is a case that is studied here, not an error. */
function oversubscription({ threads, cores }: Measured): HealthCheck {
  return limited(
    { name: 'oversubscription', value: threads / cores, unit: 'ratio' },
    null,
    `${threads} threads, the generator's among them, share ${cores} ${cores === 1 ? 'processor' : 'processors'}`,
  );
}

function timerResolution({ timerNs }: Measured): HealthCheck {
  return limited(
    { name: 'timer-resolution', value: timerNs, unit: 'ns' },
    MAX_TIMER_NS,
    `two readings of the clock differ by ${numberText(timerNs)} ns at least`,
  );
}

function stolenTime({ before, after }: Measured): HealthCheck {
  const share = Math.max(before.lostShare, after.lostShare);
  return limited(
    { name: 'stolen-time', value: share, unit: 'ratio' },
    MAX_STOLEN_SHARE,
    `an idle processor was away for ${percent(share)} of the time just before or after the sale${share > MAX_STOLEN_SHARE ? ': something else ran on this machine' : ''}`,
  );
}

function slowdown({ before, after }: Measured): HealthCheck {
  const figure = { name: 'slowdown', unit: 'ratio' } as const;
  // A probe that hardly got the processor has not seen its speed; stolen-time says so.
  if (before.turnsPerMs === 0 || after.turnsPerMs === 0) {
    return limited({ ...figure, value: 0 }, null, 'a probe had no time to see the speed');
  }
  const lost = Math.max(0, 1 - after.turnsPerMs / before.turnsPerMs);
  return limited(
    { ...figure, value: lost },
    MAX_SLOWDOWN,
    `the processor was ${percent(lost)} slower after the sale than before it`,
  );
}

/**
 * Whether more was asked for than this machine can ask: then the times are the lab's. Without a schedule it can ask
 * no more than it can; how near it came is told.
 */
function labLimit(measured: Measured): HealthCheck | undefined {
  const { labLimitPerSecond, offeredPerSecond, completedPerSecond, scheduled } = measured;
  if (labLimitPerSecond === null) return undefined;
  const perSecond = scheduled ? offeredPerSecond : completedPerSecond;
  const what = scheduled ? 'offered' : 'made';
  return limited(
    { name: 'lab-limit', value: perSecond / labLimitPerSecond, unit: 'ratio' },
    scheduled ? MAX_LAB_SHARE : null,
    `${rounded(perSecond)} requests/s were ${what}, and this lab makes ${rounded(labLimitPerSecond)} at most, to a server that does nothing`,
  );
}

function limited(
  figure: Pick<HealthCheck, 'name' | 'value' | 'unit'>,
  limit: number | null,
  says: string,
): HealthCheck {
  return { ...figure, limit, ok: limit === null || figure.value <= limit, says };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`;
}

/** Three digits. */
function rounded(value: number): string {
  return numberText(Number(value.toPrecision(3)));
}

function micros(valueNs: number): string {
  return `${numberText(Math.round(valueNs / 1e3))} us`;
}
