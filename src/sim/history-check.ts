import { checkHistory } from '../audit/check-history.ts';
import type { History } from '../audit/history.ts';
import { readHistory } from '../audit/read-history.ts';
import { type ToldFindings, tellFindings } from '../audit/told.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { quote } from './command-line.ts';
import { describeEnvironment, type Environment } from './environment.ts';

/** The result of `sim check`. Public, and versioned. */
export interface HistoryCheck extends ToldFindings {
  readonly schemaVersion: 1;
  /** Who sold, if the history says. */
  readonly strategy: string | null;
  readonly command: string;
  readonly history: {
    readonly operations: number;
    readonly events: number;
    readonly capacity: number;
    /** What the store was held to. */
    readonly promises: readonly StrategyPromise[];
  };
  readonly environment: Environment;
}

/**
 * Checks a recorded history, of ours or as JSON lines.
 * @throws InputError when the file cannot be read, or is not a history
 */
export function checkHistoryFile(path: string): HistoryCheck {
  return judgeHistory(readHistory(path), `sim check ${quote(path)}`);
}

/** @param command the command line that does the same again */
export function judgeHistory(history: History, command: string): HistoryCheck {
  const { count, capacities, promises, strategy } = history;
  return {
    schemaVersion: 1,
    strategy,
    command,
    history: {
      operations: count,
      events: capacities.length,
      capacity: capacities.reduce((total, tickets) => total + tickets, 0),
      promises,
    },
    ...tellFindings(history, checkHistory(history)),
    environment: describeEnvironment(),
  };
}
