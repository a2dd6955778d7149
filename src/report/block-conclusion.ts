import type { BlockComparison, BlockedStrategy, BlockRun, Ratio } from '../sim/block-comparison.ts';
import { MIN_SAMPLES } from '../stats/bootstrap.ts';
import { isControl } from '../store/controls.ts';
import { FIGURES, intervalText } from './block-figures.ts';
import { counted } from './format.ts';
import { describeBlockThresholds } from './thresholds.ts';

/** What to conclude from a comparison in blocks: a few plain sentences. */
export function concludeBlocks(comparison: BlockComparison): string[] {
  if (comparison.blocks === 0) {
    // What a discarded block has proven stands.
    const none = 'No block that counts was completed: there is nothing to compare.';
    return [...concludeFaults(comparison), none];
  }
  return [
    ...concludeFaults(comparison),
    concludeRanking(comparison, rankedStrategies(comparison)),
    concludeControl(comparison),
    ...describeBlockThresholds(comparison.runs),
  ];
}

/** Strategies that may be ranked: neither the A/A control, nor kept to be caught, nor faulty in any block. */
export function rankedStrategies(comparison: BlockComparison): BlockedStrategy[] {
  return comparison.strategies.filter(
    ({ strategy, control }) => !control && !isControl(strategy) && !isFaulty(comparison, strategy),
  );
}

/** How the blocks were run, and what the strategies are ranked by. */
export function describeBlocks(comparison: BlockComparison): string {
  const { blocks, discardedBlocks, baseline, rankedBy, seed } = comparison;
  const discarded = discardedBlocks === 0 ? 'none discarded' : `after ${discardedBlocks} discarded`;
  const why =
    rankedBy === 'responseP99Ns'
      ? ', since the schedule sets how many requests there are a second'
      : '';
  return `${counted(blocks, 'block')} (${discarded}), each in random order on its own stream (seeds ${seed}.1, ${seed}.2, ...); baseline ${baseline}; ranked by ${FIGURES[rankedBy].meaning}${why}`;
}

function isFaulty({ runs }: BlockComparison, strategy: string): boolean {
  return runs.some((run) => run.strategy === strategy && failed(run));
}

/** Whether a run broke a promise or was cut short or left in doubt. */
function failed({ verdict, brokenPromises }: BlockRun): boolean {
  return verdict === 'incomplete' || verdict === 'indeterminate' || brokenPromises.length > 0;
}

/** What was wrong with each strategy's runs, if anything was; those of discarded blocks count here, too. */
function concludeFaults({ runs, strategies }: BlockComparison): string[] {
  return strategies
    .filter(({ control }) => !control)
    .flatMap(({ strategy }) => {
      const own = runs.filter((run) => run.strategy === strategy);
      const wrong = own.filter(({ verdict }) => verdict !== 'exact');
      if (wrong.length > 0) return [concludeFault(strategy, wrong, own.length)];
      if (!isControl(strategy) || own.length === 0) return [];
      return [
        `${capitalize(strategy)}, the control, was not caught in ${counted(own.length, 'run')}: there was no race, so this proves little; it is not ranked.`,
      ];
    });
}

function concludeFault(strategy: string, wrong: readonly BlockRun[], all: number): string {
  const verdicts = [...new Set(wrong.map(({ verdict }) => verdict))].join(' or ');
  const oversold = wrong.reduce((total, run) => total + run.oversold, 0);
  const surplus = oversold === 0 ? '' : `, ${counted(oversold, 'ticket')} that did not exist`;
  const what = `${verdicts} in ${wrong.length} of ${counted(all, 'run')}${surplus}`;
  return wrong.some(failed)
    ? `${capitalize(strategy)} is not ranked: ${what}.`
    : `${capitalize(strategy)} was ${what}, which it does not rule out.`;
}

/** Who is better than the baseline, who ties and who is worse; the best first. */
function concludeRanking(
  { baseline, rankedBy }: BlockComparison,
  trusted: readonly BlockedStrategy[],
): string {
  const others = trusted.filter(({ strategy }) => strategy !== baseline);
  const unsure = others.filter(({ ratios }) => ratios[rankedBy] === null);
  const sure = others
    .map(({ strategy, ratios }) => ({ strategy, ratio: ratios[rankedBy] as Ratio }))
    .filter(({ ratio }) => ratio !== null)
    .toSorted(
      (a, b) => (b.ratio.ratio - a.ratio.ratio) * (rankedBy === 'completedPerSecond' ? 1 : -1),
    );
  const named = (verdict: Ratio['verdict']): string[] =>
    sure
      .filter(({ ratio }) => ratio.verdict === verdict)
      .map(({ strategy, ratio }) => `${strategy} (${intervalText(ratio)} times)`);
  const clauses = [
    ...clauseOf(named('better'), `better than ${baseline}`),
    ...clauseOf(named('tie'), `a tie with ${baseline}`),
    ...clauseOf(named('worse'), `worse than ${baseline}`),
    ...clauseOf(
      unsure.map(({ strategy }) => strategy),
      `too few valid blocks for an interval (${MIN_SAMPLES} are needed)`,
    ),
  ];
  const text = clauses.length === 0 ? `nothing to compare ${baseline} with` : clauses.join('; ');
  return `By ${FIGURES[rankedBy].meaning}: ${text}.`;
}

function clauseOf(names: readonly string[], what: string): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
}

/** Whether the baseline differs from itself: then the machine does, and smaller differences say nothing. */
function concludeControl({ strategies, baseline, rankedBy }: BlockComparison): string {
  const ratio = strategies.find(({ control }) => control)?.ratios[rankedBy];
  if (!ratio) return `The A/A control, ${baseline} against itself, has too few valid blocks.`;
  if (ratio.verdict === 'tie') {
    return `The A/A control, ${baseline} against itself, came to ${intervalText(ratio)}: a tie, as it should be.`;
  }
  const off = Math.max(Math.abs(ratio.low - 1), Math.abs(ratio.high - 1));
  return `WARNING: the A/A control, ${baseline} against itself, came to ${intervalText(ratio)}, which leaves out 1: this machine was too noisy to believe differences below ${Math.ceil(off * 100)} %. (Of 20 such controls one does so by chance.) Run more blocks on a quieter machine.`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
