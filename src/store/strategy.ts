import type { Crew } from './crew.ts';
import type { Inventory } from './inventory.ts';
import type { WordMeaning } from './meaning.ts';
import type { SharedWords } from './words.ts';

/** Refused: fewer tickets were left than asked for. */
export const SOLD_OUT = -1;
/** Refused: the strategy gave up after its bound of retries. */
export const CONTENDED = -2;
/** Refused: shed before it was tried. */
export const DROPPED = -3;
/** Refused: the store could not be reached, or answered with an error. */
export const FAILED = -4;
/** Neither: the store was asked, and nobody knows whether it did it. Only stores outside of memory answer so. */
export const IN_DOUBT = -5;

/** What a strategy can promise; the audit and the contract suite hold it to what it does promise. */
export const PROMISES = {
  noOversell: 'never grants more tickets than there are, nor one ticket twice',
  noLostReceipt: 'takes back every ticket it granted',
  noFalseSoldOut: 'never refuses a buyer while enough tickets are free throughout the request',
  noStaleRead: 'answers who looks with a number that was true at some moment of the look',
  noStarvation: 'lets nobody wait for half a sale while others are served',
} as const;

export type StrategyPromise = keyof typeof PROMISES;

/** What a strategy had to do again or wait for, counted by one thread for itself. */
export interface Contention {
  /** Attempts begun anew because another thread came first. */
  retries: number;
  /** Times a thread found a lock taken. */
  waits: number;
}

/** How large a sale is: what a strategy lays its own words out by. */
export interface SaleSize {
  readonly events: number;
  /** Tickets of each event when the sale opens. */
  readonly tickets: number;
  /** Threads of the crew: the sellers and, where the strategy has one, its clerk. */
  readonly members: number;
}

/** What a strategy is given to sell with. One context serves one thread. */
export interface SaleContext {
  readonly size: SaleSize;
  readonly words: SharedWords;
  readonly inventory: Inventory;
  /** The first of the words the strategy asked for with `ownWords`; they begin as zero. */
  readonly own: number;
  readonly crew: Crew;
  /** This thread's number among the crew. */
  readonly self: number;
  readonly contention: Contention;
  /**
   * What a real sale does between reading the stock and writing it (limits, prices): nothing, or a
   * simulated time. A strategy calls it once for each attempt, at that place.
   */
  readonly work: () => void;
  /** Milliseconds since the sale opened, for what is limited in time. Never goes back. */
  readonly nowMs: () => number;
}

/**
 * Sells, for one thread. Synchronous, and allocates nothing in `reserve`, `cancel` and `available`.
 */
export interface Reserver {
  /**
   * Takes `quantity` tickets, all or none. Anything below one is refused with {@link FAILED}: a
   * negative number of tickets taken would be tickets made.
   * @returns the first of `quantity` consecutive ticket serials (from 0 to 2^31 - 1), or a refusal:
   * {@link SOLD_OUT}, {@link CONTENDED}, {@link DROPPED}, {@link FAILED}
   */
  reserve(event: number, quantity: number, client: number): number;
  /**
   * Gives back the `quantity` tickets that begin with serial `ticket`, which `client` was granted.
   * @returns `quantity`, or {@link FAILED} when the store does not know these tickets and takes none
   */
  cancel(event: number, ticket: number, quantity: number, client: number): number;
  /** How many tickets of the event can be had right now. */
  available(event: number): number;
  /** This thread sells no more. Called once, unless the thread dies. */
  close(): void;
}

/**
 * Works for the sellers of a sale, as one more member of the crew. It remembers nothing between two
 * calls of `serve`: the explorer opens another one for each.
 */
export interface Clerk {
  /**
   * Serves what is waiting, or a part of it, or, if nothing is, sleeps until something comes.
   * @returns false once every seller has closed or died
   */
  serve(): boolean;
}

/** What is said of every strategy, wherever its stock lies. */
export interface StrategyFacts {
  /** Kebab-case, unique in the catalogue. */
  readonly name: string;
  /** What it does and what that costs, in one sentence each. */
  readonly summary: string;
  /** The paper, system or textbook design it follows. */
  readonly source: string;
  readonly promises: readonly StrategyPromise[];
  /**
   * Promises it is known to break: set only on controls, which are kept to prove that the audit
   * sees what it should.
   */
  readonly breaks?: readonly StrategyPromise[];
}

/** One way to keep stock in shared memory consistent. */
export interface Strategy extends StrategyFacts {
  /** Shared words it needs beside the inventory, for locks and the like (default none). */
  ownWords?(size: SaleSize): number;
  /** What the own word at `offset` means; without it, schedules name it by its number. */
  describeWord?(offset: number, size: SaleSize): WordMeaning;
  /**
   * Opens one thread's handle. When a thread has closed its handle, its number may be opened again, and
   * goes on with what is in the words: what only a handle knew is gone.
   */
  open(context: SaleContext): Reserver;
  /**
   * The work of a thread that serves the sellers. The sale then starts one thread more, as the last
   * member of the crew; a seller that is the crew's only member has to do without.
   */
  openClerk?(context: SaleContext): Clerk;
}
