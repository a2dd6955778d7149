// What changed between two results, in sentences that every format shares.
import type { BlockMetric } from '../sim/block-comparison.ts';
import type {
  Basis,
  DiffedFile,
  Difference,
  MetricDifference,
  PairDifference,
  Speed,
} from '../sim/difference.ts';
import { describeMachine } from './describe.ts';

/** The figures in the order of the columns. */
export const FIGURE_NAMES: Readonly<Record<BlockMetric, string>> = {
  completedPerSecond: 'requests/s',
  grantedPerSecond: 'goodput/s',
  responseP50Ns: 'resp. p50',
  responseP99Ns: 'resp. p99',
};

/** `a.json: a comparison in blocks; AMD EPYC, 2 cores, Node v20.19.0, onsale abc1234`. */
export function describeFile({ path, kind, environment }: DiffedFile): string {
  const what = { run: 'a run', comparison: 'a comparison', blocks: 'a comparison in blocks' };
  const text = kind === 'sweep' ? 'a sweep' : what[kind];
  return `${path}: ${text}${environment ? `; ${describeMachine({ environment })}` : ''}`;
}

/** What the line of a strategy begins with that newly breaks something. */
export const BROKEN = 'BROKEN: ';

/** What changed in what was proven, a line for each strategy; told before anything of time. */
export function describeAudits({ pairs, over }: Difference): string[] {
  const lines = pairs
    .filter(({ audit }) => audit.changes.length > 0)
    .map((pair) => {
      const mark = pair.audit.broke ? BROKEN : '';
      return `${mark}${nameOf(pair, over)}: ${pair.audit.changes.join('; ')}`;
    });
  return lines.length > 0 || pairs.length === 0
    ? lines
    : ['What the audits found is the same in both.'];
}

/** Who is faster, slower or the same, and of whom nothing can be said and why. */
export function describeSpeeds({ pairs, over }: Difference): string[] {
  if (pairs.length === 0) return ['No strategy is in both: there is nothing to compare.'];
  const named = (speed: Speed): string[] =>
    pairs
      .filter((pair) => pair.speed === speed)
      .map((pair) => `${nameOf(pair, over)}${describeDecisive(pair)}`);
  const once = pairs.some(({ basis }) => basis === 'single runs') ? ' in one run each' : '';
  const heads = { faster: `Faster${once}`, slower: `Slower${once}`, tie: 'Tie' } as const;
  const groups = (['faster', 'slower', 'tie'] as const).flatMap((speed) => {
    const names = named(speed);
    return names.length === 0 ? [] : [`${heads[speed]}: ${names.join(', ')}.`];
  });
  return [...groups, ...describeIncomparable(pairs, over), ...describeBases(pairs)];
}

/** What only one of them has. */
export function describeStrays({ onlyBefore, onlyAfter }: Difference): string[] {
  return [...describeStray('first', onlyBefore), ...describeStray('second', onlyAfter)];
}

function describeStray(which: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Only in the ${which}: ${names.join(', ')}.`];
}

/** `event-lock`, or `event-lock at --threads 4`. */
function nameOf({ strategy, value }: PairDifference, over: string | null): string {
  return value === null ? strategy : `${strategy} at --${over} ${value}`;
}

/** ` (requests/s 1.23 times, 1.1 to 1.4)`. */
function describeDecisive({ metrics, decidedBy }: PairDifference): string {
  const found = metrics[decidedBy];
  return found ? ` (${FIGURE_NAMES[decidedBy]} ${describeRatio(found)})` : '';
}

function describeRatio({ ratio, low, high }: MetricDifference): string {
  const bounds = low === null || high === null ? '' : `, ${short(low)} to ${short(high)}`;
  return `${short(ratio)} times${bounds}`;
}

/** A ratio in three digits. */
export function short(ratio: number): string {
  return `${Number(ratio.toPrecision(3))}`;
}

/** A line for each set of reasons: mostly all strategies share them. */
function describeIncomparable(pairs: readonly PairDifference[], over: string | null): string[] {
  const byReasons = new Map<string, string[]>();
  for (const pair of pairs) {
    if (pair.speed !== 'not comparable') continue;
    const reasons = pair.reasons.join('; ');
    byReasons.set(reasons, [...(byReasons.get(reasons) ?? []), nameOf(pair, over)]);
  }
  return Array.from(byReasons, ([reasons, names]) => {
    const who = names.length === pairs.length ? '' : `${names.join(', ')}: `;
    return `Not comparable: ${who}${reasons}.`;
  });
}

const MEANINGS: Readonly<Record<Basis, string>> = {
  'paired blocks': 'Intervals are 95 %, over blocks that sold the same streams in both.',
  blocks: 'Intervals are 95 %, over blocks whose streams differ.',
  repeats: 'Ranges are those of the repeats; where they overlap, it is a tie.',
  'single runs':
    'One run each: a difference beyond the tolerance may be chance, too; sim compare --blocks tells.',
};

/** How much to believe of it. */
function describeBases(pairs: readonly PairDifference[]): string[] {
  const bases = new Set(pairs.flatMap(({ basis }) => (basis === null ? [] : [basis])));
  const weak = pairs.some((pair) => pair.weak && pair.basis === 'repeats');
  const few = weak
    ? [' So few repeats come out apart by chance oftener than once in 20 times.']
    : [];
  return [...bases].map((basis) => `${MEANINGS[basis]}${basis === 'repeats' ? few.join('') : ''}`);
}
