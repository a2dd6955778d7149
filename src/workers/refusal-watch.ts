import type { Crew } from '../store/crew.ts';
import type { SuspectLog, SuspectRefusal } from '../store/refusals.ts';
import type { Tally } from '../store/tally.ts';

/** How many suspects make up a batch, to be settled together. */
export const BATCH_SUSPECTS = 4096;

/** What the watch needs to know of the sale. */
export interface RefusalWatchContext {
  readonly log: SuspectLog;
  readonly tally: Tally;
  readonly crew: Crew;
  readonly self: number;
  readonly ticketsPerEvent: number;
  /** Whether tickets come back: then nothing can be settled before the end. */
  readonly cancels: boolean;
  /** Whether to settle anything before the end; it is then counted, and its event forgotten. */
  readonly settles?: boolean;
}

/**
 * Decides about refusals that came while tickets seemed free, in bounded memory.
 *
 * A refusal of `q` tickets that ended at time t is false when all grants begun by t leave at least q
 * free. The tally counts only grants that have returned; others may have been in flight at t. So
 * suspects are kept until every other thread has finished what it was doing at t (a grace period, as
 * read-copy-update has it): if the tally then still leaves q free, the refusal was false, is counted,
 * and forgotten. If not, the audit decides with all the grants at hand.
 *
 * With cancels the tally also goes down, so that argument fails, and every suspect is kept.
 *
 * Source of the grace period: McKenney and Slingwine, "Read-Copy Update", PDCS 1998.
 */
export class RefusalWatch {
  readonly #context: RefusalWatchContext;
  #older: SuspectRefusal[] = [];
  #newer: SuspectRefusal[] = [];
  #passesThen: number[];
  #settled = 0;
  #forgotten = 0;

  constructor(context: RefusalWatchContext) {
    this.#context = context;
    this.#passesThen = this.#passesNow();
  }

  /** Refusals proven false so far, beside those in the log. */
  get settled(): number {
    return this.#settled;
  }

  /** Suspects that the log had no room for. */
  get forgotten(): number {
    return this.#forgotten;
  }

  watch(suspect: SuspectRefusal): void {
    const { cancels, settles = true } = this.#context;
    if (cancels || !settles) this.#keep(suspect);
    else if (this.#newer.push(suspect) % BATCH_SUSPECTS === 0) this.#settleOlder();
  }

  /** Hands what is undecided to the audit. */
  finish(): void {
    for (const suspect of this.#older) this.#keep(suspect);
    for (const suspect of this.#newer) this.#keep(suspect);
    this.#older = [];
    this.#newer = [];
  }

  #settleOlder(): void {
    if (!this.#gracePassed()) return;
    for (const suspect of this.#older) {
      const free = this.#context.ticketsPerEvent - this.#context.tally.held(suspect.event);
      if (free >= suspect.quantity) this.#settled++;
      else this.#keep(suspect);
    }
    this.#older = this.#newer;
    this.#newer = [];
    this.#passesThen = this.#passesNow();
  }

  /** Whether every other thread has finished what it was doing when `older` was put aside. */
  #gracePassed(): boolean {
    const { crew, self } = this.#context;
    return this.#passesThen.every(
      (then, member) => member === self || then % 2 === 0 || crew.passes(member) !== then,
    );
  }

  #passesNow(): number[] {
    const { crew } = this.#context;
    return Array.from({ length: crew.size }, (_, member) => crew.passes(member));
  }

  #keep(suspect: SuspectRefusal): void {
    if (!this.#context.log.record(suspect)) this.#forgotten++;
  }
}
