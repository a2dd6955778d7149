// What the page says, without a browser.
import { counted, formatCount, formatNs, formatShort } from '../../src/report/format.ts';
import type {
  CurrentRun,
  Sample,
  SessionState,
  StrategyState,
} from '../../src/sim/session-state.ts';
import { type Rates, ratesOf } from '../../src/stats/rates.ts';

/** How something stands: as the report colours it. */
export type Mood = 'good' | 'bad' | 'doubt';

export interface Status {
  /** Undefined while there is nothing to judge. */
  readonly mood?: Mood;
  readonly word: string;
  readonly text: string;
}

/** How the whole command stands. */
export function statusOf({ end, runs, current, strategies }: SessionState): Status {
  const done = `${formatCount(runs.done)} of ${counted(runs.expected, 'run')} done`;
  switch (end) {
    case 'done':
      return { mood: 'good', word: 'Over', text: `${done}. ${verdictsOf(strategies)}` };
    case 'broken':
      return {
        mood: 'bad',
        word: 'Over: a promise or a threshold was broken',
        text: `${done}. ${verdictsOf(strategies)}`,
      };
    case 'interrupted':
      return { mood: 'doubt', word: 'Interrupted', text: `${done}. ${verdictsOf(strategies)}` };
    default:
      return {
        word: 'Running',
        text: current ? `${done}. ${runText(current)}` : `${done}.`,
      };
  }
}

function runText({ strategy, part, samples, sold }: CurrentRun): string {
  const which = part === undefined ? strategy : `${strategy}, ${part},`;
  if (sold) return `${which} has sold, and is audited.`;
  return samples.at(-1)?.elapsedMs === 0 ? `${which} is warming up.` : `${which} is selling.`;
}

/** `2 exact, 1 oversold.` over all strategies. */
function verdictsOf(strategies: readonly StrategyState[]): string {
  const totals = new Map<string, number>();
  for (const { verdicts } of strategies) {
    for (const [verdict, count] of Object.entries(verdicts)) {
      totals.set(verdict, (totals.get(verdict) ?? 0) + count);
    }
  }
  const parts = [...totals].map(([verdict, count]) => `${formatCount(count)} ${verdict}`);
  return parts.length === 0 ? 'No run came to its end.' : `${parts.join(', ')}.`;
}

/** The figures of now, each with its name. */
export function figuresOf(samples: readonly Sample[]): (readonly [name: string, value: string])[] {
  const last = samples.at(-1);
  const rates = ratesOf(samples).at(-1);
  if (!last || !rates) return [];
  return [
    ['Elapsed', `${(last.elapsedMs / 1e3).toFixed(1)} s`],
    ['Requests a second', rateText(rates.completedPerSecond)],
    ['Response p50', timeText(last.p50Ns)],
    ['Response p99', timeText(last.p99Ns)],
    ['Tickets granted', formatCount(last.granted)],
    ['Requests refused', formatCount(last.refused)],
  ];
}

export const LOOK_HEADINGS: readonly string[] = [
  'Since the opening',
  'Requests/s',
  'Tickets/s',
  'Refusals/s',
  'p50',
  'p99',
  'Tickets left',
];

/** One row of the table of looks. */
export function lookCells(sample: Sample, rates: Rates): string[] {
  return [
    `${(sample.elapsedMs / 1e3).toFixed(1)} s`,
    rateText(rates.completedPerSecond),
    rateText(rates.grantedPerSecond),
    rateText(rates.refusedPerSecond),
    timeText(sample.p50Ns),
    timeText(sample.p99Ns),
    formatCount(sample.ticketsLeft),
  ];
}

export const STRATEGY_HEADINGS: readonly string[] = [
  'Strategy',
  'Runs',
  'Verdict',
  'Oversold',
  'Requests/s',
  'Tickets/s',
  'p50',
  'p99',
];

/** One row of the table of strategies; the figures are those of its last run. */
export function strategyCells(state: StrategyState, running: boolean): string[] {
  const { strategy, runs, last } = state;
  return [
    strategy,
    formatCount(runs),
    runs === 0 ? (running ? 'selling' : 'to come') : verdictText(state),
    runs === 0 ? '' : formatCount(state.oversold),
    rateText(last?.completedPerSecond),
    rateText(last?.grantedPerSecond),
    last ? timeText(last.responseP50Ns) : '',
    last ? timeText(last.responseP99Ns) : '',
  ];
}

function verdictText({ verdicts, runs, voidRuns }: StrategyState): string {
  const named = Object.entries(verdicts).map(([verdict, count]) =>
    runs === 1 ? verdict : `${formatCount(count)} ${verdict}`,
  );
  if (voidRuns > 0) named.push(runs === 1 ? 'void' : `${formatCount(voidRuns)} void`);
  return named.join(', ');
}

/** What a strategy's verdicts make of it; undefined before there are any. */
export function moodOf({ verdicts, runs, voidRuns }: StrategyState): Mood | undefined {
  if (runs === 0) return undefined;
  const { exact = 0, incomplete = 0 } = verdicts as { exact?: number; incomplete?: number };
  if (exact + incomplete < runs) return 'bad';
  return incomplete + voidRuns > 0 ? 'doubt' : 'good';
}

/** What is read out: the state of things in two sentences. */
export function spokenOf(state: SessionState): string {
  const { word, text } = statusOf(state);
  const last = state.current?.samples.at(-1);
  if (!last || state.end !== null) return `${word}. ${text}`;
  return `${text} ${formatCount(last.completed)} requests, ${formatCount(last.ticketsLeft)} tickets left.`;
}

function timeText(valueNs: number | null): string {
  return valueNs === null ? '-' : formatNs(valueNs);
}

function rateText(perSecond: number | undefined): string {
  return perSecond === undefined ? '' : formatShort(Math.round(perSecond));
}
