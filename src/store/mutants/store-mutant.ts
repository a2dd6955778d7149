import type { StoreStrategy } from '../stored.ts';

/** Who can catch a mutant that sells from a store, and by what. */
export const STORE_CHECKERS = {
  contract: 'the contract every store strategy keeps, asked by one caller',
  audit: 'the audit of a real run, with what the store says of it',
  linearizability: 'the recorded history of a real run',
} as const;

export type StoreCheckerName = keyof typeof STORE_CHECKERS;

/** What has to befall a sale for a bug to show. */
export type StoreFault = 'answers of PostgreSQL are lost';

/** As {@link Mutant}, for a strategy whose stock lies in a store. */
export interface StoreMutant {
  readonly strategy: StoreStrategy;
  /** The checkers that have to catch it. Others may. */
  readonly caughtBy: readonly StoreCheckerName[];
  /** What a real run needs for the bug to show, by the fields of a scenario. */
  readonly scenario?: Readonly<Record<string, string>>;
  readonly fault?: StoreFault;
}
