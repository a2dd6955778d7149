import type { Ledger } from '../store/ledger.ts';

/**
 * All grants of a run in columns, one entry each, and which of them came back. Only what clients were
 * told is in here.
 */
export interface Sales {
  readonly count: number;
  readonly event: Int32Array;
  readonly client: Int32Array;
  readonly ticket: Int32Array;
  readonly quantity: Int32Array;
  readonly intendedNs: Float64Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Whether any grant came back. */
  readonly anyReturned: boolean;
  /**
   * When its return began and ended; infinity for what did not happen. Both empty if nothing came
   * back. A return that began without end was cut off by the death of its worker.
   */
  readonly returnStartNs: Float64Array;
  readonly returnEndNs: Float64Array;
  /** The grants whose return the store refused although the client held the tickets. */
  readonly dishonoured: readonly number[];
}

/** As long as returns are still being entered. */
interface Marked extends Sales {
  readonly dishonoured: number[];
}

/** Puts the ledgers of all workers together. */
export function collectSales(ledgers: readonly Ledger[]): Sales {
  // Looked at once: nothing may join while they are copied.
  const counts = ledgers.map((ledger) => ledger.grants);
  const count = counts.reduce((total, grants) => total + grants, 0);
  const anyReturned = ledgers.some((ledger) => ledger.cancellations > 0);
  const returns = anyReturned ? count : 0;
  const sales: Marked = {
    count,
    event: new Int32Array(count),
    client: new Int32Array(count),
    ticket: new Int32Array(count),
    quantity: new Int32Array(count),
    intendedNs: new Float64Array(count),
    startNs: new Float64Array(count),
    endNs: new Float64Array(count),
    anyReturned,
    returnStartNs: new Float64Array(returns).fill(Number.POSITIVE_INFINITY),
    returnEndNs: new Float64Array(returns).fill(Number.POSITIVE_INFINITY),
    dishonoured: [],
  };
  const firstOf: number[] = [];
  let at = 0;
  ledgers.forEach((ledger, worker) => {
    firstOf.push(at);
    const grants = counts[worker] as number;
    for (let index = 0; index < grants; index++, at++) copyGrant(ledger, index, sales, at);
  });
  for (const ledger of ledgers) markReturns(ledger, firstOf, sales);
  return sales;
}

function copyGrant(ledger: Ledger, index: number, sales: Sales, at: number): void {
  const grant = ledger.grant(index);
  sales.event[at] = grant.event;
  sales.client[at] = grant.client;
  sales.ticket[at] = grant.ticket;
  sales.quantity[at] = grant.quantity;
  sales.intendedNs[at] = grant.intendedNs;
  sales.startNs[at] = grant.startNs;
  sales.endNs[at] = grant.endNs;
}

/** Marks what was returned, and what should have been. */
function markReturns(ledger: Ledger, firstOf: readonly number[], sales: Marked): void {
  for (let index = 0; index < ledger.cancellations; index++) {
    const cancel = ledger.cancellation(index);
    const at = (firstOf[cancel.worker] as number) + cancel.grant;
    if (cancel.honoured === false) {
      sales.dishonoured.push(at);
    } else {
      sales.returnStartNs[at] = cancel.startNs;
      sales.returnEndNs[at] = cancel.endNs;
    }
  }
}

/** The grants of each event, in the order of `sales`. */
export function grantsByEvent(sales: Sales, events: number): Uint32Array[] {
  const counts = new Uint32Array(events);
  for (const event of sales.event) counts[event] = (counts[event] as number) + 1;
  const groups = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let grant = 0; grant < sales.count; grant++) {
    const event = sales.event[grant] as number;
    const group = groups[event] as Uint32Array;
    group[counts[event] as number] = grant;
    counts[event] = (counts[event] as number) + 1;
  }
  return groups;
}
