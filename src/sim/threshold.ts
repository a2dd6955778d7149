import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { METRIC_NAMES, type Metric, metricNamed } from './metrics.ts';
import { parseDurationNs, parseNumber, TIME_UNITS } from './quantities.ts';
import type { RunResult } from './result.ts';
import type { MetricUnit, ThresholdOutcome } from './threshold-outcome.ts';

/** What a run has to keep to. */
export interface Threshold {
  /** As it was given, without blanks: `p99<5ms`. */
  readonly text: string;
  readonly metric: Metric;
  readonly holds: (value: number) => boolean;
}

const OPERATORS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
  '<=': (value, limit) => value <= limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '>': (value, limit) => value > limit,
};

/**
 * Reads `metric operator limit`, such as `oversold==0` or `p99 < 5ms`.
 * @throws InputError that names what is wrong with it
 */
export function parseThreshold(given: string): Threshold {
  const text = given.replaceAll(/\s/g, '');
  const [, name = '', operator = '', limit = ''] = /^([^=!<>]*)([=!<>]*)(.*)$/.exec(text) ?? [];
  if (name === '' || operator === '' || limit === '') {
    throw new InputError(
      `--threshold must be a metric, an operator and a limit, such as oversold==0 or p99<5ms; got "${given}"`,
    );
  }
  const holds = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!holds) {
    throw new InputError(
      `--threshold must compare by one of ${Object.keys(OPERATORS).join(' ')}; got "${operator}" in "${given}"`,
    );
  }
  const metric = metricNamed(name);
  if (!metric) {
    throw new InputError(
      `--threshold knows no metric "${name}"${nearest(name, METRIC_NAMES)} (sim run --help lists them)`,
    );
  }
  const value = limitOf(metric, limit, given);
  return { text, metric, holds: (measured) => holds(measured, value) };
}

const NUMBER = 'a number that is not negative, such as 0 or 1e6, without a unit';

/** What each unit can be compared to. */
const LIMITS: Readonly<Record<MetricUnit, string>> = {
  ns: `a time with a unit (${TIME_UNITS.join(', ')}), such as 5ms`,
  count: NUMBER,
  perSecond: NUMBER,
  ratio: 'a number from 0 to 1, such as 0.95',
};

function limitOf({ name, unit }: Metric, limit: string, given: string): number {
  const value = unit === 'ns' ? parseDurationNs(limit) : parseNumber(limit);
  if (value !== undefined && Number.isFinite(value) && (unit !== 'ratio' || value <= 1)) {
    return value;
  }
  throw new InputError(
    `--threshold must compare ${name} to ${LIMITS[unit]}; got "${limit}" in "${given}"`,
  );
}

/** A result that says whether the run kept to the thresholds, if there are any. */
export function heldTo(result: RunResult, thresholds: readonly Threshold[]): RunResult {
  if (thresholds.length === 0) return result;
  return { ...result, thresholds: evaluateThresholds(result, thresholds) };
}

/** Holds a run to each of the thresholds. */
export function evaluateThresholds(
  result: RunResult,
  thresholds: readonly Threshold[],
): ThresholdOutcome[] {
  return thresholds.map(({ text, metric, holds }) => {
    const { name, unit } = metric;
    const value = metric.read(result);
    const reason = doubtAbout(result, metric, value);
    const ok = reason === null && value !== null && holds(value);
    return { threshold: text, metric: name, value, unit, ok, reason };
  });
}

/**
 * Why a value shows nothing. What a run cannot show it has not kept to: a threshold is a demand, and a
 * pipeline that goes green because nothing was measured is worse than one that goes red.
 */
function doubtAbout(result: RunResult, metric: Metric, value: number | null): string | null {
  const { audit, health } = result;
  if (audit.verdict === 'incomplete') return `cut short: ${health.reasons.join('; ')}`;
  if (metric.measured && !health.valid) return `void: ${health.reasons.join('; ')}`;
  return value === null ? metric.absent : metric.doubt(result);
}
