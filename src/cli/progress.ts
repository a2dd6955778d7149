import type { SearchOptions } from '../explore/search-schedules.ts';
import { formatCount, formatShort } from '../report/format.ts';
import type { MatrixOptions } from '../sim/matrix.ts';
import type { MagnifyOptions } from '../sim/microscope.ts';
import type { SessionState } from '../sim/session-state.ts';
import { ratesOf } from '../stats/rates.ts';

export interface MagnifyLine {
  readonly show: MagnifyOptions['onProgress'];
  clear(): void;
}

export interface ExplorationLine {
  readonly show: SearchOptions['onProgress'];
  clear(): void;
}

export interface MatrixLine {
  readonly show: MatrixOptions['onProgress'];
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[K';

/** Whether there is somebody to show progress to: a person at a terminal. */
export function isWatched(quiet: boolean): boolean {
  return !quiet && process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

/** Shows a line in place of the one before. */
export function showLine(line: string): void {
  const { stderr } = process;
  stderr.write(CLEAR_LINE + line.slice(0, (stderr.columns || 80) - 1));
}

/** The line that tells how far a command that sells is, where there is no room for more. */
export function runLine({ current }: SessionState): string {
  const last = current?.samples.at(-1);
  if (!current || !last) return '';
  const { strategy, part, expected, samples } = current;
  const { completed, ticketsLeft } = last;
  const rate = ratesOf(samples).at(-1)?.completedPerSecond ?? 0;
  const done =
    expected === null ? formatCount(completed) : `${Math.floor((completed / expected) * 100)}%`;
  const what = part === undefined ? strategy : `${part}  ${strategy}`;
  return `${what}  ${done}  ${formatShort(Math.round(rate))} requests/s  ${formatCount(ticketsLeft)} tickets left`;
}

/** A live line on stderr, for a person at a terminal; nothing at all otherwise. */
export function explorationProgress(quiet: boolean): ExplorationLine {
  if (!isWatched(quiet)) return { show: undefined, clear() {} };
  return {
    show({ search, states, schedules, steps }) {
      const seen =
        states > 0 ? `${formatCount(states)} states` : `${formatCount(schedules)} schedules`;
      showLine(`${search}  ${seen}  ${formatCount(steps)} steps`);
    },
    clear: () => showLine(''),
  };
}

/** The same for the microscope. */
export function magnifyProgress(quiet: boolean): MagnifyLine {
  if (!isWatched(quiet)) return { show: undefined, clear() {} };
  return {
    show({ strategy, tickets, rounds, expected, oversold }) {
      const done = `${Math.floor((rounds * 100) / expected)}%`;
      const size = `the last ${formatCount(tickets)}`;
      showLine(
        `${strategy}  ${done}  ${size}  ${formatCount(rounds)} sell-outs  ${formatCount(oversold)} oversold`,
      );
    },
    clear: () => showLine(''),
  };
}

/** The same for the detection matrix. */
export function matrixProgress(quiet: boolean): MatrixLine {
  if (!isWatched(quiet)) return { show: undefined, clear() {} };
  return {
    show({ strategy, checker, done, expected }) {
      showLine(`${done} of ${expected}  ${strategy}  ${checker}`);
    },
    clear: () => showLine(''),
  };
}
