import type { BlockRun } from '../sim/block-comparison.ts';
import type { RunResult } from '../sim/result.ts';
import type { ThresholdOutcome } from '../sim/threshold-outcome.ts';
import { formatCount, formatNs } from './format.ts';
import { paint, type Style } from './style.ts';

/** `p99<5ms broken: 7.3ms`, for a run of its own. */
export function describeThreshold(outcome: ThresholdOutcome, style: Style): string {
  const { threshold, ok } = outcome;
  const verdict = ok ? paint('kept', 'green', style) : paint('broken', 'red', style);
  return `${threshold} ${verdict}: ${thresholdValue(outcome)}`;
}

/** One line for each threshold that several runs were held to: who broke it, and how. */
export function describeThresholds(results: readonly RunResult[]): string[] {
  const [first] = results;
  return (first?.thresholds ?? []).map(({ threshold }, index) => {
    const broken = results.flatMap(({ strategy, thresholds = [] }) => {
      const outcome = thresholds[index];
      return outcome && !outcome.ok ? [`${strategy} (${briefValue(outcome)})`] : [];
    });
    if (broken.length > 0) return `threshold ${threshold}: broken by ${broken.join(', ')}`;
    return `threshold ${threshold}: kept by ${results.length === 1 ? first?.strategy : 'all'}`;
  });
}

/** The same over blocks: who broke it in how many of the runs that count, and how at first. */
export function describeBlockThresholds(runs: readonly BlockRun[]): string[] {
  const held = runs.filter(({ thresholds }) => thresholds !== undefined);
  const strategies = [...new Set(held.map(({ strategy }) => strategy))];
  return (held[0]?.thresholds ?? []).map(({ threshold }, index) => {
    const broken = strategies.flatMap((strategy) => {
      const outcomes = held
        .filter((run) => run.strategy === strategy)
        .flatMap(({ thresholds = [] }) => thresholds[index] ?? []);
      const wrong = outcomes.filter(({ ok }) => !ok);
      const [first] = wrong;
      if (!first) return [];
      return [`${strategy} in ${wrong.length} of ${outcomes.length} runs (${briefValue(first)})`];
    });
    const who = broken.length > 0 ? `broken by ${broken.join(', ')}` : 'kept in every run';
    return `Threshold ${threshold}: ${who}.`;
  });
}

/** The same without why a run is void, which a comparison tells anyway. */
function briefValue(outcome: ThresholdOutcome): string {
  return thresholdValue(outcome).replace(/^void: .*$/s, 'void');
}

/** What was measured for a threshold, or why nothing was: `7.3ms`, `never sold out`. */
export function thresholdValue({ threshold, value, unit, reason }: ThresholdOutcome): string {
  if (reason !== null) return reason;
  if (value === null) return 'nothing';
  const text = unit === 'ns' ? formatNs(value) : rounded(value);
  // Rounded it may read like the limit that it misses.
  return unit === 'ns' && threshold.endsWith(text) ? `${formatCount(value)} ns` : text;
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 12 });
}
