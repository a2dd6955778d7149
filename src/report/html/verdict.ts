import type { BlockComparison } from '../../sim/block-comparison.ts';
import type { Comparison, RunResult } from '../../sim/result.ts';
import { isControl } from '../../store/controls.ts';
import { concludeBlocks } from '../block-conclusion.ts';
import { concludeComparison, concludeRun } from '../conclusion.ts';
import { counted } from '../format.ts';
import { html, type Markup, type Part } from './markup.ts';
import { comparable } from './ranking.ts';
import { sentences } from './table.ts';

/** How a reader should feel about a result; always said in words as well. */
export type Mood = 'good' | 'bad' | 'doubt';

/** Where a run cannot tell that none was broken. */
const BROKEN: Readonly<Partial<Record<RunResult['audit']['verdict'], string>>> = {
  incomplete: 'seen to be broken until then',
  indeterminate: 'seen to be broken',
};

/** What came out of one run. */
export function runVerdict(result: RunResult): Markup {
  const { strategy, audit, health } = result;
  const broken = audit.brokenPromises;
  const refuted = result.thresholds?.some(({ ok }) => !ok) === true;
  const mood = refuted && moodOf(result) === 'good' ? 'doubt' : moodOf(result);
  return html`<p class="lead ${mood}"><span class="word">${audit.verdict}${refuted ? ', but a threshold is broken' : ''}</span> ${strategy}: ${concludeRun(result)}.</p>
${sentences([
  broken.length === 0
    ? `No promise of the strategy was ${BROKEN[audit.verdict] ?? 'broken'}.`
    : `Promises broken: ${broken.join(', ')}.`,
  health.valid
    ? 'No check of the measurement failed: the figures may be compared with those of other runs.'
    : `The figures are void and not to be compared: ${health.reasons.join('; ')}.`,
  ...thresholdSentences([result]),
])}`;
}

/** What came out of a comparison. */
export function comparisonVerdict({ results, blocks }: Comparison): Markup {
  const mood = blocks ? blocksMood(blocks) : comparisonMood(results);
  const [lead, ...others] = blocks ? concludeBlocks(blocks) : [concludeComparison(results)];
  // With blocks, the results are those of one of them: its void runs are no more than an example.
  const remarks = blocks ? [] : voidSentences(results);
  // The conclusion from blocks tells of thresholds itself.
  const thresholds = blocks ? [] : thresholdSentences(results);
  return html`<p class="lead ${mood}"><span class="word">${WORDS[mood]}</span> ${lead}</p>
${sentences([...others, ...remarks, ...thresholds])}`;
}

/** The moods of what is about several strategies. */
export const WORDS: Readonly<Record<Mood, string>> = {
  good: 'sound',
  bad: 'faults found',
  doubt: 'in doubt',
};

/** As of a comparison, over all blocks; in doubt also where the baseline differs from itself. */
function blocksMood({ runs, strategies, blocks, rankedBy }: BlockComparison): Mood {
  const tested = runs.filter(({ strategy }) => !isControl(strategy));
  if (tested.some(({ brokenPromises }) => brokenPromises.length > 0)) return 'bad';
  const isTie = strategies.some(
    ({ control, ratios }) => control && ratios[rankedBy]?.verdict === 'tie',
  );
  // A control that is exact in every block: there was no race.
  const missed = strategies.some(
    ({ strategy, verdicts }) =>
      isControl(strategy) && Object.keys(verdicts).every((verdict) => verdict === 'exact'),
  );
  const cutShort = runs.some(({ verdict }) => isUnknown(verdict));
  const refuted = runs.some(({ thresholds = [] }) => thresholds.some(({ ok }) => !ok));
  return !isTie || missed || cutShort || refuted || blocks === 0 ? 'doubt' : 'good';
}

/** Good unless a strategy that is no control broke a promise, or the whole of it shows little. */
function comparisonMood(results: readonly RunResult[]): Mood {
  const tested = results.filter(({ strategy }) => !isControl(strategy));
  if (tested.some(({ audit }) => audit.brokenPromises.length > 0)) return 'bad';
  const missed = results.some(
    ({ strategy, audit }) => isControl(strategy) && audit.verdict === 'exact',
  );
  const cutShort = results.some(({ audit }) => isUnknown(audit.verdict));
  const refuted = results.some(({ thresholds = [] }) => thresholds.some(({ ok }) => !ok));
  return missed || cutShort || refuted || comparable(results).length === 0 ? 'doubt' : 'good';
}

function isUnknown(verdict: RunResult['audit']['verdict']): boolean {
  return verdict === 'incomplete' || verdict === 'indeterminate';
}

/** Red where something broke, amber where the figures or the control say little. */
export function moodOf({ strategy, audit, health }: RunResult): Mood {
  if (isUnknown(audit.verdict)) return 'doubt';
  if (audit.brokenPromises.length > 0 || audit.verdict !== 'exact') {
    return isControl(strategy) || audit.brokenPromises.length > 0 ? 'bad' : 'doubt';
  }
  return health.valid ? 'good' : 'doubt';
}

/** Up to so many void runs are told one by one; of more, how many they are. */
const VOID_MAX = 3;

function voidSentences(results: readonly RunResult[]): Part[] {
  const voids = results.filter(({ health }) => !health.valid);
  if (voids.length <= VOID_MAX)
    return voids.map(
      ({ strategy, health }) => `${strategy} is void: ${health.reasons.join('; ')}.`,
    );
  return [
    html`${voids.length} of ${results.length} runs are void: their figures are shown, but not to be compared. <a href="#health">Why</a>.`,
  ];
}

function thresholdSentences(results: readonly RunResult[]): string[] {
  const all = results.flatMap(({ thresholds = [] }) => thresholds);
  if (all.length === 0) return [];
  const broken = all.filter(({ ok }) => !ok).length;
  return [
    broken === 0
      ? `All ${counted(all.length, 'threshold')} held.`
      : `${broken} of ${counted(all.length, 'threshold')} did not hold.`,
  ];
}
