import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetric,
  Ratio,
} from '../sim/block-comparison.ts';
import type { RunResult } from '../sim/result.ts';
import { formatNs, formatShort } from './format.ts';

// What a comparison in blocks shows of each strategy, in words and cells that every format shares.

/** How a figure is named and printed. */
interface Figure {
  /** Its heading; a line break where it may be broken. */
  readonly heading: string;
  /** What it is, to complete "ranked by ...". */
  readonly meaning: string;
  readonly format: (value: number) => string;
}

export const FIGURES: Readonly<Record<BlockMetric, Figure>> = {
  completedPerSecond: {
    heading: 'req/s',
    meaning: 'requests completed per second',
    format: formatShort,
  },
  grantedPerSecond: {
    heading: 'goodput/s',
    meaning: 'tickets granted per second',
    format: formatShort,
  },
  responseP50Ns: { heading: 'resp. p50', meaning: 'median response time', format: formatNs },
  responseP99Ns: { heading: 'resp. p99', meaning: 'p99 of the response time', format: formatNs },
};

/** The figures, what is ranked by first. */
export function figuresOf({ rankedBy }: BlockComparison): BlockMetric[] {
  const others = (Object.keys(FIGURES) as BlockMetric[]).filter((each) => each !== rankedBy);
  return [rankedBy, ...others];
}

/** The strategy's name; the control's says what it is. */
export function nameOf({
  strategy,
  control,
}: Pick<BlockedStrategy, 'strategy' | 'control'>): string {
  return control ? 'A/A control' : strategy;
}

/** `exact`, or how many of the runs ended otherwise: `oversold 7/8`. */
export function verdictsOf({ verdicts }: BlockedStrategy): string {
  const entries = Object.entries(verdicts);
  const [first] = entries;
  if (entries.length <= 1) return first?.[0] ?? '-';
  const runs = entries.reduce((total, [, count]) => total + count, 0);
  return entries
    .filter(([verdict]) => verdict !== 'exact')
    .map(([verdict, count]) => `${verdict} ${count}/${runs}`)
    .join(', ');
}

/** A mean, or a dash where every run is void or has none. */
export function meanText({ means }: BlockedStrategy, metric: BlockMetric): string {
  const mean = means[metric];
  return mean === null ? '-' : FIGURES[metric].format(mean);
}

const MARKS = { better: '+', worse: '-', tie: '=' } as const;

/** `1.23 [1.19, 1.28] +`; a dash where too few blocks are left. */
export function ratioText(ratio: Ratio | null): string {
  return ratio === null ? '-' : `${intervalText(ratio)} ${MARKS[ratio.verdict]}`;
}

/** `1.23 [1.19, 1.28]`. */
export function intervalText({ ratio, low, high }: Ratio): string {
  return `${factor(ratio)} [${factor(low)}, ${factor(high)}]`;
}

/** Two decimals, or as many as three digits take: `0.98`, `12.3`, `0.0041`. */
function factor(value: number): string {
  if (value >= 100) return formatShort(value);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

export const MARKS_LEGEND =
  '+ better than the baseline, - worse, = a tie: the interval contains 1; each interval is right by itself, so of 20 true ties expect one to look like a difference';

/** `block 3, event-lock: interrupted`, for each void run that would have counted. */
export function voidRuns({ runs }: BlockComparison): string[] {
  return runs
    .filter(({ counted, valid }) => counted && !valid)
    .map((run) => `block ${run.block}, ${nameOf(run)}: ${run.reasons.join('; ')}`);
}

/** The first result, as one of the whole comparison: with the seed that the blocks' are made from. */
export function ofAllBlocks(first: RunResult, { seed }: BlockComparison): RunResult {
  return { ...first, scenario: { ...first.scenario, seed } };
}
