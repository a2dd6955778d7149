import type { SearchOptions } from '../explore/search-schedules.ts';
import { formatCount, formatShort } from '../report/format.ts';
import type { MatrixOptions } from '../sim/matrix.ts';
import type { MagnifyOptions } from '../sim/microscope.ts';

import type { RunProgress } from '../sim/run.ts';
import type { SweepOptions } from '../sim/run-sweep.ts';

/** The line that tells how far a run is. */
export interface ProgressLine {
  readonly show: ((progress: RunProgress) => void) | undefined;
  clear(): void;
}

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

export interface SweepLine {
  readonly show: SweepOptions['onProgress'];
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[K';

/** Whether there is somebody to show progress to: a person at a terminal. */
function isWatched(quiet: boolean): boolean {
  return !quiet && process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

function showLine(line: string): void {
  const { stderr } = process;
  stderr.write(CLEAR_LINE + line.slice(0, (stderr.columns || 80) - 1));
}

/** A live line on stderr, for a person at a terminal; nothing at all otherwise. */
export function progressLine(quiet: boolean, nowMs: () => number): ProgressLine {
  if (!isWatched(quiet)) return { show: undefined, clear() {} };
  let last = { strategy: '', completed: 0, timeMs: 0 };
  return {
    show({ strategy, completed, expected, ticketsLeft, block }) {
      const timeMs = nowMs();
      const same = last.strategy === strategy;
      const rate = same ? ((completed - last.completed) / (timeMs - last.timeMs)) * 1e3 : 0;
      last = { strategy, completed, timeMs };
      const done =
        expected === null ? formatCount(completed) : `${Math.floor((completed / expected) * 100)}%`;
      const which = block ? `block ${block.number} of ${block.of}  ` : '';
      const line = `${which}${strategy}  ${done}  ${formatShort(Math.max(0, rate))} requests/s  ${formatCount(ticketsLeft)} tickets left`;
      showLine(line);
    },
    clear: () => showLine(''),
  };
}

/** The same for an exploration. */
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

/** The same for a sweep. */
export function sweepProgress(quiet: boolean): SweepLine {
  if (!isWatched(quiet)) return { show: undefined, clear() {} };
  return {
    show({ strategy, point, runs, expectedRuns, completed, expected }) {
      const done = expected === null ? '' : `  ${Math.floor((completed / expected) * 100)}%`;
      showLine(`${runs} of ${expectedRuns} runs  ${strategy}  ${point}${done}`);
    },
    clear: () => showLine(''),
  };
}
