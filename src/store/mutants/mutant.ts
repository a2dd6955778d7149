import type { Strategy } from '../strategy.ts';

/** Who can catch a mutant, and by what. */
export const CHECKERS = {
  contract: 'the contract every strategy keeps, in a single thread',
  explorer: 'every interleaving of a small sale',
  audit: 'the audit of a real run',
  linearizability: 'the recorded history of a real run',
  microscope: 'thousands of sales of the last few tickets',
} as const;

export type CheckerName = keyof typeof CHECKERS;

/**
 * A strategy with one known bug, kept so that every checker proves what it can find. Its `source` says
 * where the bug was seen, its `promises` are those of the strategy that it would be without the bug.
 */
export interface Mutant {
  readonly strategy: Strategy;
  /** The checkers that have to catch it. Others may. */
  readonly caughtBy: readonly CheckerName[];
  /**
   * The small sale in which the explorer meets the bug, by the flags of `sim explore`, such as
   * `{ clients: '2', tickets: '2', crashes: '1' }`; without, a few sales that suit most.
   */
  readonly smallSale?: Readonly<Record<string, string>>;
  /**
   * What a real run needs for the bug to show, by the fields of a scenario, such as
   * `{ mix: 'reserve=60,cancel=40' }`.
   */
  readonly scenario?: Readonly<Record<string, string>>;
}
