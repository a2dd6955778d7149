import type { RunResult } from '../../sim/result.ts';
import { isControl } from '../../store/controls.ts';

/** Results whose figures may be compared: neither void nor cut short. */
export function comparable(results: readonly RunResult[]): RunResult[] {
  return results.filter(({ health, audit }) => health.valid && audit.verdict !== 'incomplete');
}

/** Of those, whoever may be called the best of anything: who oversells is quick at that. */
function rankable(results: readonly RunResult[]): RunResult[] {
  return comparable(results).filter(
    ({ strategy, audit }) => audit.brokenPromises.length === 0 && !isControl(strategy),
  );
}

/**
 * `Highest: a (10M), lowest: b (7k).` of those that may be ranked; or that there are none.
 * @param figureOf null where there is no such figure
 */
export function extremes(
  results: readonly RunResult[],
  figureOf: (result: RunResult) => number | null | undefined,
  show: (value: number) => string,
  words: readonly [most: string, least: string] = ['Highest', 'lowest'],
): string {
  const ranked = rankable(results)
    .flatMap((result) => {
      const value = figureOf(result);
      return typeof value === 'number' ? [{ name: result.strategy, value }] : [];
    })
    .toSorted((a, b) => b.value - a.value);
  const [most, least] = [ranked[0], ranked.at(-1)];
  if (!most || !least) return 'No run has a figure here that may be ranked.';
  if (most === least) return `${most.name}: ${show(most.value)}.`;
  return `${words[0]}: ${most.name} (${show(most.value)}); ${words[1]}: ${least.name} (${show(least.value)}).`;
}

/** A strategy as charts name it: void figures are shown, but marked. */
export function chartName({ strategy, health }: RunResult): string {
  return health.valid ? strategy : `${strategy} (void)`;
}
