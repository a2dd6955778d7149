import { type AuditReport, auditSale, type Evidence } from '../../src/audit/audit.ts';
import { collectSales } from '../../src/audit/sales.ts';
import { type Grant, type GrantReference, Ledger } from '../../src/store/ledger.ts';
import { SuspectLog, type SuspectRefusal } from '../../src/store/refusals.ts';
import { PROMISES, type StrategyPromise } from '../../src/store/strategy.ts';

export const ALL_PROMISES: readonly StrategyPromise[] = Object.keys(PROMISES) as StrategyPromise[];

const NOTHING_HELD: GrantReference = { worker: -1, grant: -1 };

type GrantFacts = Pick<Grant, 'ticket' | 'startNs' | 'endNs'> & Partial<Grant>;

/** The books of a sale in which a test writes what happened, in the memory that workers write. */
export class Books {
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly ledgers: readonly Ledger[];
  readonly suspects: readonly SuspectLog[];
  readonly #refusedEvents: Uint8Array;

  constructor({ events = 1, ticketsPerEvent, workers = 2 }: BooksSize) {
    this.events = events;
    this.ticketsPerEvent = ticketsPerEvent;
    this.ledgers = Array.from({ length: workers }, () => new Ledger(Ledger.allocate()));
    this.suspects = Array.from({ length: workers }, () => new SuspectLog(SuspectLog.allocate()));
    this.#refusedEvents = new Uint8Array(events);
  }

  /** Worker `worker` hands out tickets: one of event 0 to client 0, unless said otherwise. */
  grant(facts: GrantFacts, worker = 0): GrantReference {
    const grant = { event: 0, client: 0, quantity: 1, intendedNs: facts.startNs, ...facts };
    const ledger = this.ledgers[worker] as Ledger;
    return { worker, grant: ledger.recordGrant(grant, NOTHING_HELD) };
  }

  /** The client wants to give back a grant, through a worker: number 0, unless said otherwise. */
  giveBack(of: GrantReference, [startNs, endNs]: Span, by: Partial<Return> = {}): void {
    const { worker = 0, honoured = true } = by;
    const ledger = this.ledgers[worker] as Ledger;
    ledger.endCancellation(ledger.beginCancellation(of, startNs), honoured, endNs);
  }

  /** Worker `worker` refuses although tickets seem free. */
  refuse(facts: Partial<SuspectRefusal>, [startNs, endNs]: Span, worker = 0): void {
    const suspect = { event: 0, quantity: 1, ...facts, startNs, endNs };
    this.#refusedEvents[suspect.event] = 1;
    this.suspects[worker]?.record(suspect);
  }

  audit(
    more: Partial<Evidence> = {},
    promises: readonly StrategyPromise[] = ALL_PROMISES,
  ): AuditReport & Pick<Evidence, 'sales'> {
    const sales = collectSales(this.ledgers);
    const evidence: Evidence = {
      events: this.events,
      ticketsPerEvent: this.ticketsPerEvent,
      sales,
      suspects: this.suspects.flatMap((log) => [...log]),
      settledFalseSoldOut: 0,
      lastCustomer: [],
      refusedEvents: this.#refusedEvents,
      asked: new Int32Array(1),
      granted: new Int32Array(1),
      longestWaitNs: 0,
      leastWorstWaitNs: 0,
      elapsedNs: 0,
      complete: true,
      workerDied: false,
      ...more,
    };
    return { ...auditSale(evidence, promises), sales };
  }
}

export interface BooksSize {
  readonly events?: number;
  readonly ticketsPerEvent: number;
  readonly workers?: number;
}

export interface Return {
  readonly worker: number;
  readonly honoured: boolean;
}

/** When something began and ended. */
export type Span = readonly [startNs: number, endNs: number];
