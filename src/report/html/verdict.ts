import type { RunResult } from '../../sim/result.ts';
import { concludeComparison, concludeRun, isControl } from '../conclusion.ts';
import { counted } from '../format.ts';
import { html, type Markup, type Part } from './markup.ts';
import type { BlockComparison, BlockedStrategy, Comparison } from './measured.ts';
import { comparable } from './ranking.ts';
import { sentences } from './table.ts';

/** How a reader should feel about a result; always said in words as well. */
export type Mood = 'good' | 'bad' | 'doubt';

/** What came out of one run. */
export function runVerdict(result: RunResult): Markup {
  const { strategy, audit, health } = result;
  const broken = audit.brokenPromises;
  const refuted = result.thresholds?.some(({ ok }) => !ok) === true;
  const mood = refuted && moodOf(result) === 'good' ? 'doubt' : moodOf(result);
  return html`<p class="lead ${mood}"><span class="word">${audit.verdict}${refuted ? ', but a threshold is broken' : ''}</span> ${strategy}: ${concludeRun(result)}.</p>
${sentences([
  broken.length === 0
    ? 'No promise of the strategy was broken.'
    : `Promises broken: ${broken.join(', ')}.`,
  health.valid
    ? 'No check of the measurement failed: the figures may be compared with those of other runs.'
    : `The figures are void and not to be compared: ${health.reasons.join('; ')}.`,
  ...thresholdSentences([result]),
])}`;
}

/** What came out of a comparison. */
export function comparisonVerdict({ results, blocks }: Comparison): Markup {
  const mood = comparisonMood(results);
  const words: Readonly<Record<Mood, string>> = {
    good: 'sound',
    bad: 'faults found',
    doubt: 'in doubt',
  };
  return html`<p class="lead ${mood}"><span class="word">${words[mood]}</span> ${concludeComparison(results)}</p>
${sentences([...(blocks ? blockSentences(blocks) : []), ...voidSentences(results), ...thresholdSentences(results)])}`;
}

/** Good unless a strategy that is no control broke a promise, or the whole of it shows little. */
function comparisonMood(results: readonly RunResult[]): Mood {
  const tested = results.filter(({ strategy }) => !isControl(strategy));
  if (tested.some(({ audit }) => audit.brokenPromises.length > 0)) return 'bad';
  const missed = results.some(
    ({ strategy, audit }) => isControl(strategy) && audit.verdict === 'exact',
  );
  const cutShort = results.some(({ audit }) => audit.verdict === 'incomplete');
  return missed || cutShort || comparable(results).length === 0 ? 'doubt' : 'good';
}

/** Red where something broke, amber where the figures or the control say little. */
export function moodOf({ strategy, audit, health }: RunResult): Mood {
  if (audit.verdict === 'incomplete') return 'doubt';
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

/** Who is faster than the baseline, who is slower, and of whom neither can be said. */
function blockSentences({ strategies, baseline, blocks, confidence }: BlockComparison): string[] {
  const others = strategies.filter(({ strategy, control }) => strategy !== baseline && !control);
  const clauses = (
    [
      ['better', 'more requests a second'],
      ['worse', 'fewer'],
      ['tie', 'a tie'],
      ['unknown', 'not to be said, for want of valid blocks'],
    ] as const
  ).flatMap(([verdict, words]) => {
    const names = others
      .filter((each) => rateVerdict(each) === verdict)
      .map(({ strategy }) => strategy);
    return names.length === 0 ? [] : [`${words}: ${names.join(', ')}`];
  });
  if (clauses.length === 0) return [];
  const percent = Math.round(confidence * 100);
  return [
    `Against ${baseline}, over ${counted(blocks, 'block')} and with ${percent} % intervals: ${clauses.join('; ')}.`,
  ];
}

function rateVerdict({ ratios }: BlockedStrategy): string {
  return ratios.completedPerSecond?.verdict ?? 'unknown';
}
