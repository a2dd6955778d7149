import { messageOf } from '../base/errors.ts';
import type { Strategy } from '../store/strategy.ts';
import { CONTRACT_RULES } from './contract-rules.ts';

/** A rule of the contract that a strategy does not keep. */
export interface ContractBreach {
  readonly rule: string;
  readonly message: string;
}

/** What a strategy does alone, held to what every strategy has to do. */
export interface ContractReport {
  /** How many rules it was held to. */
  readonly rules: number;
  readonly breaches: readonly ContractBreach[];
}

/**
 * Holds a strategy to the contract of all strategies, in a single thread: what does not hold there
 * will hardly hold among many. Takes some milliseconds.
 */
export function checkContract(strategy: Strategy): ContractReport {
  const breaches: ContractBreach[] = [];
  for (const { rule, check } of CONTRACT_RULES) {
    try {
      check(strategy);
    } catch (error) {
      breaches.push({ rule, message: messageOf(error) });
    }
  }
  return { rules: CONTRACT_RULES.length, breaches };
}
