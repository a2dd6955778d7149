import type { BlockRun } from '../sim/block-comparison.ts';
import type { RunResult } from '../sim/result.ts';
import type { ThresholdOutcome } from '../sim/threshold-outcome.ts';

/** A run as one line of a table: what are lists of objects in JSON, by the names of those. */
export function recordOf(result: RunResult): object {
  const { health, thresholds, environment, ...others } = result;
  const checks = health.checks.map(({ name, value, ok }) => [name, { value, ok }] as const);
  return {
    ...others,
    health: {
      valid: health.valid,
      reasons: health.reasons.join('; '),
      checks: Object.fromEntries(checks),
    },
    ...byText(thresholds),
    environment,
  };
}

/** The same of a run in a block. */
export function blockRecordOf({ thresholds, reasons, ...run }: BlockRun): object {
  return { ...run, reasons: reasons.join('; '), ...byText(thresholds) };
}

function byText(thresholds: readonly ThresholdOutcome[] | undefined): object {
  if (!thresholds) return {};
  const entries = thresholds.map(({ threshold, value, ok, reason }) => {
    return [threshold, { value, ok, reason }] as const;
  });
  return { thresholds: Object.fromEntries(entries) };
}
