import { type Grant, type GrantReference, Ledger } from '../store/ledger.ts';
import { Measures } from './measures.ts';
import { OUTCOME, OUTCOMES, type Outcome } from './outcome.ts';
import type { RecorderMemory } from './protocol.ts';

// Counters after those of the outcomes.
const FIRST: number = OUTCOMES.length;
const GRANTED_TICKETS: number = FIRST;
const RETURNED_TICKETS: number = FIRST + 1;
const LATE_FROM_GENERATOR: number = FIRST + 2;
const RETRIES: number = FIRST + 3;
const WAITS: number = FIRST + 4;
const SETTLED_FALSE_SOLD_OUT: number = FIRST + 5;
const FORGOTTEN_SUSPECTS: number = FIRST + 6;
const LAST_END_NS: number = FIRST + 7;
const LONGEST_SERVICE_NS: number = FIRST + 8;
const ROUND_TRIPS: number = FIRST + 9;
const STATEMENTS: number = FIRST + 10;
const COUNTERS: number = FIRST + 11;
const LINE_BYTES = 64;

/** Memory for the counters of one worker: a line is left free on both sides, which a neighbour's memory may lie in. */
export function allocateCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT + 2 * LINE_BYTES);
}

/**
 * Counts what one worker does, in shared memory that only it writes: readable while it runs, for
 * progress, and after its death, for the audit.
 */
export class Recorder {
  readonly ledger: Ledger;
  /** Undefined where nothing is timed. */
  readonly measures: Measures | undefined;
  readonly askedByClient: Int32Array;
  readonly grantedByClient: Int32Array;
  /** 1 for each event that somebody was refused at for want of tickets. */
  readonly refusedEvents: Uint8Array;
  readonly #counters: Float64Array;

  constructor(memory: RecorderMemory) {
    this.ledger = new Ledger(memory.ledger);
    this.measures = memory.measures && new Measures(memory.measures);
    this.askedByClient = new Int32Array(memory.askedByClient);
    this.grantedByClient = new Int32Array(memory.grantedByClient);
    this.refusedEvents = new Uint8Array(memory.refusedEvents);
    this.#counters = new Float64Array(memory.counters, LINE_BYTES, COUNTERS);
  }

  /** A request is over. */
  finished(outcome: number, intendedNs: number, startNs: number, endNs: number): void {
    this.#count(outcome, 1);
    this.#counters[LAST_END_NS] = endNs;
    if (endNs - startNs > (this.#counters[LONGEST_SERVICE_NS] as number)) {
      this.#counters[LONGEST_SERVICE_NS] = endNs - startNs;
    }
    this.measures?.finished(outcome, intendedNs, startNs, endNs);
  }

  /** A request is over; its times come with others', see {@link timed}. */
  counted(outcome: number): void {
    this.#count(outcome, 1);
  }

  /**
   * The times of the first `count` requests of a chunk, which are counted: each was due and began when the one before
   * it ended, the first at `beganNs`.
   */
  timed(outcomes: Uint8Array, beganNs: number, endsNs: Float64Array, count: number): void {
    if (count === 0) return;
    const counters = this.#counters;
    let longestNs = counters[LONGEST_SERVICE_NS] as number;
    let startNs = beganNs;
    for (let i = 0; i < count; i++) {
      const endNs = endsNs[i] as number;
      longestNs = Math.max(longestNs, endNs - startNs);
      startNs = endNs;
    }
    counters[LAST_END_NS] = startNs;
    counters[LONGEST_SERVICE_NS] = longestNs;
    this.measures?.timed(outcomes, beganNs, endsNs, count);
  }

  /** A client asked to reserve. */
  asked(client: number): void {
    this.askedByClient[client] = (this.askedByClient[client] as number) + 1;
  }

  /** A client was refused because too few tickets were left. */
  soldOut(event: number): void {
    // Written once: in a rush, every write would take its line away from whoever's memory lies beside it.
    if (this.refusedEvents[event] === 0) this.refusedEvents[event] = 1;
  }

  /** A client was granted tickets; the grant's index. `previous` is what it held before. */
  granted(grant: Grant, previous: GrantReference): number {
    this.#count(GRANTED_TICKETS, grant.quantity);
    this.grantedByClient[grant.client] = (this.grantedByClient[grant.client] as number) + 1;
    this.measures?.series.add('granted', grant.endNs, grant.quantity);
    return this.ledger.recordGrant(grant, previous);
  }

  /**
   * Tickets were given back.
   * @param startNs when that began: from then on somebody else may hold them, who is told so sooner
   */
  returned(tickets: number, startNs: number): void {
    this.#count(RETURNED_TICKETS, tickets);
    this.measures?.series.add('returned', startNs, tickets);
  }

  /** A request was due so long before the generator had delivered it. */
  lateFromGenerator(lagNs: number): void {
    this.#count(LATE_FROM_GENERATOR, 1);
    this.measures?.generatorLags.record(lagNs);
  }

  /** A request that was waited for, with nothing else to do, began so long after it was due. */
  paced(errorNs: number): void {
    this.measures?.pacingErrors.record(errorNs);
  }

  /** What is known only at the end. */
  conclude(totals: {
    retries: number;
    waits: number;
    settledFalseSoldOut: number;
    forgottenSuspects: number;
    roundTrips?: number;
    statements?: number;
  }): void {
    this.#counters[RETRIES] = totals.retries;
    this.#counters[WAITS] = totals.waits;
    this.#counters[SETTLED_FALSE_SOLD_OUT] = totals.settledFalseSoldOut;
    this.#counters[FORGOTTEN_SUSPECTS] = totals.forgottenSuspects;
    this.#counters[ROUND_TRIPS] = totals.roundTrips ?? 0;
    this.#counters[STATEMENTS] = totals.statements ?? 0;
  }

  outcome(outcome: Outcome): number {
    return this.#counter(OUTCOME[outcome]);
  }

  get completed(): number {
    return OUTCOMES.reduce((total, outcome) => total + this.outcome(outcome), 0);
  }

  get grantedTickets(): number {
    return this.#counter(GRANTED_TICKETS);
  }

  get returnedTickets(): number {
    return this.#counter(RETURNED_TICKETS);
  }

  get lateRequests(): number {
    return this.#counter(LATE_FROM_GENERATOR);
  }

  get retries(): number {
    return this.#counter(RETRIES);
  }

  get waits(): number {
    return this.#counter(WAITS);
  }

  /** Times something was sent to a store and its answer awaited. */
  get roundTrips(): number {
    return this.#counter(ROUND_TRIPS);
  }

  /** Statements or commands in them. */
  get statements(): number {
    return this.#counter(STATEMENTS);
  }

  /** When the last request ended, in nanoseconds since the opening. */
  get lastEndNs(): number {
    return this.#counter(LAST_END_NS);
  }

  /** The longest that a request took once begun, in nanoseconds. */
  get longestServiceNs(): number {
    return this.#counter(LONGEST_SERVICE_NS);
  }

  get settledFalseSoldOut(): number {
    return this.#counter(SETTLED_FALSE_SOLD_OUT);
  }

  get forgottenSuspects(): number {
    return this.#counter(FORGOTTEN_SUSPECTS);
  }

  #count(counter: number, amount: number): void {
    this.#counters[counter] = (this.#counters[counter] as number) + amount;
  }

  #counter(counter: number): number {
    return this.#counters[counter] as number;
  }
}
