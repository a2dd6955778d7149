import { formatNs } from '../src/report/format.ts';
import { detectionMatrix } from '../src/sim/matrix.ts';
import { CHECKERS, type CheckerName } from '../src/store/mutants/mutant.ts';
import { type Figure, type Section, single } from './section.ts';

/** Enough to show that it works. */
const SMOKE_STRATEGIES = ['double-dispatch', 'compare-and-swap'];

/** What each checker has to catch, catches, and takes for all strategies: `sim mutants` as a whole. */
export async function matrixSection(smoke: boolean): Promise<Section> {
  const matrix = await detectionMatrix(smoke ? { strategies: SMOKE_STRATEGIES } : {});
  const bugs = matrix.rows.filter(({ kind }) => kind !== 'correct');
  const rows = (Object.keys(CHECKERS) as CheckerName[]).map((checker) => {
    const count = (wanted: 'required' | 'caught'): Figure => {
      const trials = bugs.flatMap((row) => row.trials);
      return single(
        'count',
        trials.filter((trial) => trial.checker === checker && trial[wanted]).length,
      );
    };
    const trials = matrix.rows.flatMap((row) => row.trials);
    const tookMs = trials
      .filter((trial) => trial.checker === checker)
      .reduce((sum, { durationMs }) => sum + durationMs, 0);
    return [checker, count('required'), count('caught'), single('ns', tookMs * 1e6)];
  });
  const { missed, falseAlarms, durationMs } = matrix;
  return {
    title: `Known bugs: ${bugs.length} mutants and controls, ${matrix.rows.length - bugs.length} correct strategies, ${missed} missed, ${falseAlarms} false alarms, ${formatNs(durationMs * 1e6)}`,
    headings: ['checker', 'has to catch', 'catches', 'takes in all'],
    rows,
  };
}
