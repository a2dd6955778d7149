import type { RunResult } from '../sim/result.ts';

/** A run as one line of a table: what are lists of objects in JSON, by the names of those. */
export function recordOf(result: RunResult): object {
  const { health, thresholds = [], environment, ...others } = result;
  const checks = health.checks.map(({ name, value, ok }) => [name, { value, ok }] as const);
  const held = thresholds.map(({ threshold, value, ok, reason }) => {
    return [threshold, { value, ok, reason }] as const;
  });
  return {
    ...others,
    health: {
      valid: health.valid,
      reasons: health.reasons.join('; '),
      checks: Object.fromEntries(checks),
    },
    ...(held.length > 0 ? { thresholds: Object.fromEntries(held) } : {}),
    environment,
  };
}
