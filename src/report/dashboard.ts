import type { CurrentRun, SessionState, StrategyState } from '../sim/session-state.ts';
import { ratesOf } from '../stats/rates.ts';
import { formatCount, formatNs, formatShort } from './format.ts';
import { type Color, paint, type Style } from './style.ts';

/** A piece of a line, in one colour or none. */
type Piece = readonly [text: string, color?: Color];

/** A terminal that is narrower or lower has no room for a dashboard. */
export const DASHBOARD_MIN = { columns: 40, rows: 10 } as const;

const LABEL_WIDTH = 10;
const BAR_MAX = 40;
const SPARKS_MAX = 40;
/** From nothing to the most. */
const LEVELS = '▁▂▃▄▅▆▇█';

/**
 * What a person at a terminal sees while a command sells: up to eight lines, none longer than the style's
 * width, which must be at least that of {@link DASHBOARD_MIN}.
 */
export function dashboardLines(state: SessionState, style: Style): string[] {
  const { current } = state;
  const running = current ? [titleOf(state, current), ...runLines(current, style.width)] : [];
  return [...running, ...strategyLines(state, style.width)].map((line) => fitted(line, style));
}

function titleOf({ command, runs }: SessionState, run: CurrentRun): Piece[] {
  const number = Math.min(runs.done + 1, runs.expected);
  const which = runs.expected > 1 ? `${formatCount(number)} of ${formatCount(runs.expected)}` : '';
  const about = [command, which, run.part ?? '', phaseOf(run)].filter((each) => each !== '');
  return [
    [run.strategy, 'bold'],
    [`  ${about.join('  ')}`, 'dim'],
  ];
}

function phaseOf({ samples, sold }: CurrentRun): string {
  if (sold) return 'auditing';
  const elapsedMs = samples.at(-1)?.elapsedMs ?? 0;
  return elapsedMs === 0 ? 'warming up' : `${(elapsedMs / 1e3).toFixed(1)} s`;
}

function runLines({ samples, expected, capacity }: CurrentRun, width: number): Piece[][] {
  const rates = ratesOf(samples).map((each) => each.completedPerSecond);
  const last = samples.at(-1);
  if (!last) return [];
  const { completed, granted, refused, ticketsLeft, p50Ns, p99Ns } = last;
  const share = expected === null ? null : completed / expected;
  const done = `${share === null ? '' : `${Math.floor(share * 100)}%  `}${formatCount(completed)}`;
  const times =
    p50Ns === null || p99Ns === null ? '-' : `p50 ${formatNs(p50Ns)}  p99 ${formatNs(p99Ns)}`;
  const rate = `${formatShort(Math.round(rates.at(-1) ?? 0))}/s`.padEnd(9);
  const sparks = rates.slice(-Math.min(SPARKS_MAX, width - LABEL_WIDTH - rate.length));
  return [
    barLine('requests', share, done, width),
    barLine('stock', ticketsLeft / capacity, `${formatCount(ticketsLeft)} left`, width),
    [label('rate'), [rate], [sparkline(sparks), 'dim']],
    [label('response'), [times]],
    [label('tickets'), [`${formatCount(granted)} granted, ${formatCount(refused)} refusals`]],
  ];
}

function strategyLines({ runs, strategies, current }: SessionState, width: number): Piece[][] {
  if (runs.expected <= 1) return [];
  const room = width - LABEL_WIDTH;
  const tried = strategies.filter((each) => each.runs > 0).toReversed();
  const untried = strategies
    .filter((each) => each.runs === 0 && each.strategy !== current?.strategy)
    .map(({ strategy }) => strategy);
  const lines: Piece[][] = [];
  if (tried.length > 0) lines.push([label('done'), ...listed(tried.map(doneOf), room)]);
  if (untried.length > 0) {
    lines.push([
      label('to come'),
      ...listed(
        untried.map((name) => [[name]]),
        room,
      ),
    ]);
  }
  return lines;
}

/** `rw-lock exact 461k/s p99 52us`, or `rw-lock 3 exact` of one that is run again and again. */
function doneOf({ strategy, runs, verdicts, voidRuns, last }: StrategyState): Piece[] {
  const pieces: Piece[] = [[strategy]];
  for (const [verdict, count] of Object.entries(verdicts)) {
    const isUnknown = verdict === 'incomplete' || verdict === 'indeterminate';
    const color = verdict === 'exact' ? 'green' : isUnknown ? 'yellow' : 'red';
    pieces.push([runs === 1 ? ` ${verdict}` : ` ${formatCount(count)} ${verdict}`, color]);
  }
  if (voidRuns > 0)
    pieces.push([runs === 1 ? ' void' : ` ${formatCount(voidRuns)} void`, 'yellow']);
  if (runs > 1 || !last) return pieces;
  const { completedPerSecond, responseP99Ns } = last;
  const p99 = responseP99Ns === null ? '' : ` p99 ${formatNs(responseP99Ns)}`;
  return [...pieces, [` ${formatShort(Math.round(completedPerSecond))}/s${p99}`, 'dim']];
}

/** As many items as there is room for, and how many more there are. */
function listed(items: readonly (readonly Piece[])[], room: number): Piece[] {
  const line: Piece[] = [];
  for (const [index, item] of items.entries()) {
    const rest = items.length - index;
    const separated: readonly Piece[] = index === 0 ? item : [[', '], ...item];
    const more = rest > 1 ? ` and ${formatCount(rest - 1)} more`.length : 0;
    if (index > 0 && lengthOf(line) + lengthOf(separated) + more > room) {
      return [...line, [` and ${formatCount(rest)} more`]];
    }
    line.push(...separated);
  }
  return line;
}

/** Without a share there is no bar: nobody knows how much is to come. */
function barLine(name: string, share: number | null, text: string, width: number): Piece[] {
  if (share === null) return [label(name), [text]];
  const room = Math.min(BAR_MAX, width - LABEL_WIDTH - text.length - 1);
  if (room < 3) return [label(name), [text]];
  const full = Math.round(Math.min(1, Math.max(0, share)) * room);
  return [label(name), ['█'.repeat(full)], ['░'.repeat(room - full), 'dim'], [` ${text}`]];
}

function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  const level = (value: number): number => Math.round((value / most) * (LEVELS.length - 1));
  return values.map((value) => LEVELS[level(value)]).join('');
}

function label(name: string): Piece {
  return [name.padEnd(LABEL_WIDTH), 'dim'];
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((total, [text]) => total + text.length, 0);
}

/** The line, cut where it is too long, in colour. */
function fitted(pieces: readonly Piece[], style: Style): string {
  let room = style.width;
  return pieces
    .map(([text, color]) => {
      const shown = text.slice(0, room);
      room -= shown.length;
      return color === undefined || shown === '' ? shown : paint(shown, color, style);
    })
    .join('');
}
