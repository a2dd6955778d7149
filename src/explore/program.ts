import type { WordMeaning } from '../store/meaning.ts';
import type { ClientState } from './client-tree.ts';
import type { ClientCode } from './script.ts';

/** What went wrong, and which promise it breaks, if it is one that a strategy makes. */
export interface Violation {
  readonly kind: ViolationKind;
  /** One sentence, with clients by their letters. */
  readonly message: string;
}

/** What an exploration looks for, each with the rule that it breaks. */
export const VIOLATIONS = {
  oversell: 'never grants more tickets than there are',
  'duplicate ticket': 'never grants one ticket twice',
  'negative stock': 'never has fewer than no tickets left',
  'lost receipt': 'takes back every ticket it granted',
  'false sold-out': 'refuses nobody while enough tickets are free',
  'stale read': 'tells nobody a number of tickets that is not true at any moment of the look',
  'not linearizable': 'acts as if one request came after the other',
  'lost stock': 'has all the stock at the end that nobody holds',
  deadlock: 'always lets somebody go on',
  'lost wake-up': 'wakes whoever has something to wake for',
  'broken lock': 'lets nobody in while another one is inside',
  failure: 'serves every request without breaking down',
} as const;

export type ViolationKind = keyof typeof VIOLATIONS;

/** One of those who act at the same time. */
export interface ProgramClient {
  /** A letter, or what it is there for. */
  readonly name: string;
  readonly code: ClientCode;
  /** Whether the code begins anew wherever it rests, remembering nothing. */
  readonly restarts?: boolean;
  /** Clients of equal class do the same; one that nobody else is like has a class of its own. */
  readonly likeness: string;
  /** Its operations in words, such as `reserve 2`. */
  readonly operations: readonly string[];
  /** How one of them ended, in words, such as `granted tickets 0-1`. */
  readonly outcomeOf: (operation: number, outcome: number) => string;
}

/**
 * Follows a run from outside: which operations have begun and ended, and how. States are whole
 * numbers, so that they can be part of a state of the whole program.
 */
export interface Monitor {
  readonly initial: number;
  /** How many states there are so far. */
  readonly size: number;
  /** `client` begins `operation`. */
  begin(state: number, client: number, operation: number): number;
  /** `client` has ended what it began; now at `at`. The states of all clients tell what they hold. */
  end(state: number, client: number, at: readonly ClientState[]): number | Violation;
  /** `client` has died in the middle of whatever it did. */
  die(state: number, client: number): number;
  /** Everybody has ended, or is dead. `memory` is a copy of all words. */
  finish(at: readonly ClientState[], memory: Int32Array, someDied: boolean): Violation | undefined;
  /** The same state with the clients renamed. */
  rename(state: number, renaming: readonly number[]): number;
}

/** Some clients that share words, and what must hold whatever the order of their steps. */
export interface Program {
  readonly clients: readonly ProgramClient[];
  /** What all words hold at the beginning. */
  readonly initial: Int32Array;
  readonly describe: (word: number) => WordMeaning;
  /** The word that tells of a client's death, and what it then holds; undefined if it cannot die. */
  readonly death: (client: number) => { readonly word: number; readonly value: number } | undefined;
  readonly monitor: Monitor;
  /** Whether two plain accesses without order are already a violation. */
  readonly racesAreViolations: boolean;
}
