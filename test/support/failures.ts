import type { Health } from '../../src/sim/result.ts';

/** Why a run is void, but for what was measured about this machine: other tests run on it meanwhile. */
export function failuresOf({ reasons, checks }: Health): string[] {
  const measured = new Set(checks.filter(({ ok }) => !ok).map(({ says }) => says));
  return reasons.filter((reason) => !measured.has(reason));
}
