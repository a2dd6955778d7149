// A sale from somebody else's service: what it said of its tickets, against what it granted and what it lists afterwards.
import type { NamedGrant, NamedSale, StoredSale } from '../store/stored.ts';
import type { Findings } from './audit.ts';
import { fateOf, type Reconciliation } from './reconcile.ts';
import type { Sales } from './sales.ts';
import { auditNames, type Holding, type NameFindings } from './ticket-holders.ts';

/** A request that may have been served: its client was never told. */
export interface OpenRequest {
  readonly kind: 'reserve' | 'cancel';
  readonly event: number;
  readonly quantity: number;
}

/** What an event came to. */
export interface EventAccount {
  readonly event: number;
  /** Tickets in clients' hands at the end. */
  readonly granted: number;
  /** What the service lists as left; null where it could not be asked. */
  readonly available: number | null;
  /** Tickets held and for sale beyond the capacity; below 0, tickets that are neither. */
  readonly surplus: number;
}

/** What is found of named tickets beside what all audits find. */
export interface NamedFindings extends NameFindings {
  /** Tickets that were granted in all. */
  readonly granted: number;
  /** Grants with fewer tickets than were asked for, and with more. */
  readonly short: number;
  readonly over: number;
  readonly accounts: readonly EventAccount[];
  /** What the service calls each event. */
  readonly events: readonly string[];
}

/** The grants of a sale and their names, in the order of `sales`; undefined for one of a thread that wrote no book. */
export type NamesOfSales = readonly (NamedGrant | undefined)[];

/**
 * Finds the names of each grant, and puts into `sales` how many tickets each is worth by them.
 * @returns the names, and how many grants were worth less or more than what was asked for
 */
export function nameSales(
  sales: Sales,
  { grants }: NamedSale,
): { names: NamesOfSales; short: number; over: number } {
  const byTicket = new Map(grants.map((grant) => [grant.ticket, grant]));
  let short = 0;
  let over = 0;
  const names = Array.from(sales.ticket, (ticket, at) => {
    const grant = byTicket.get(ticket);
    if (!grant) return undefined;
    const asked = sales.quantity[at] as number;
    if (grant.quantity < asked) short++;
    if (grant.quantity > asked) over++;
    sales.quantity[at] = grant.quantity;
    return grant;
  });
  return { names, short, over };
}

/** One entry for each name of each grant. */
function* holdingsOf(sales: Sales, names: NamesOfSales): Generator<Holding> {
  for (const [at, grant] of names.entries()) {
    if (!grant) continue;
    const holding = {
      event: sales.event[at] as number,
      client: sales.client[at] as number,
      endNs: sales.endNs[at] as number,
      returnStartNs: sales.anyReturned
        ? (sales.returnStartNs[at] as number)
        : Number.POSITIVE_INFINITY,
    };
    for (const name of grant.names) yield { name, ...holding };
  }
}

export interface NamedEvidence {
  readonly sales: Sales;
  readonly names: NamesOfSales;
  readonly stored: StoredSale & { readonly named: NamedSale };
  readonly doubts: readonly OpenRequest[];
  readonly ticketsPerEvent: number;
}

/** Holds what a service lists against what it granted, as far as requests in doubt leave anything to be held. */
export function reconcileNamed(evidence: NamedEvidence): Reconciliation {
  const { stored, doubts, sales, ticketsPerEvent } = evidence;
  const { remaining, named } = stored;
  const held = new Float64Array(named.events.length);
  const open = new Float64Array(named.events.length);
  for (let at = 0; at < sales.count; at++) {
    const fate = fateOf(sales, at);
    const column = fate === 'held' ? held : open;
    if (fate !== 'returned') add(column, sales.event[at] as number, sales.quantity[at] as number);
  }
  // What was given back without an answer is open already, as a grant.
  for (const { kind, event, quantity } of doubts)
    if (kind === 'reserve') add(open, event, quantity);
  const surplus = remaining.map((left, event) => {
    const beyond = left + (held[event] as number) - ticketsPerEvent;
    return beyond >= 0 ? beyond : Math.min(0, beyond + (open[event] as number));
  });
  return { ...listed(evidence), served: [], surplus };
}

function add(column: Float64Array, event: number, quantity: number): void {
  column[event] = (column[event] as number) + quantity;
}

/** What a service that lists its sold tickets does not list, or lists too many of. */
function listed({ sales, names, stored, doubts }: NamedEvidence) {
  const { held } = stored.named;
  let lost = 0;
  let undead = 0;
  let phantoms = 0;
  if (!held) return { lost, undead, phantoms };
  const open = held.map(() => 0);
  for (const { kind, event, quantity } of doubts) {
    if (kind === 'reserve') open[event] = (open[event] as number) + quantity;
  }
  const there = held.map((list) => new Set(list));
  const known = held.map(() => new Set<string>());
  for (const wanted of ['held', 'unknown', 'returned'] as const) {
    for (const [at, grant] of names.entries()) {
      if (!grant || fateOf(sales, at) !== wanted) continue;
      const event = sales.event[at] as number;
      const own = known[event] as Set<string>;
      const list = there[event] as Set<string>;
      if (wanted === 'held' && grant.names.some((name) => !list.has(name))) lost++;
      if (wanted === 'returned' && grant.names.some((name) => list.has(name) && !own.has(name))) {
        undead++;
      }
      for (const name of grant.names) own.add(name);
    }
  }
  there.forEach((list, event) => {
    const strangers = [...list].filter((name) => !known[event]?.has(name)).length;
    phantoms += Math.max(0, strangers - (open[event] as number));
  });
  return { lost, undead, phantoms };
}

/**
 * What was found of names and in the lists of the service, as findings of an audit.
 * @param byEvent what the audit found without it
 */
export function findingsOfNamed(
  { lost, undead, phantoms, surplus }: Reconciliation,
  { duplicates, short }: Pick<NamedFindings, 'duplicates' | 'short'>,
  {
    sales,
    byEvent,
    refusedEvents,
    workerDied,
  }: {
    readonly sales: Sales;
    readonly byEvent: readonly Pick<Findings, 'oversold'>[];
    readonly refusedEvents: Uint8Array;
    /** Whether a thread died, and what it was granted last is known to nobody. */
    readonly workerDied: boolean;
  },
): Partial<Findings> {
  const unaccounted = surplus.reduce((sum, tickets, event) => {
    // Where more is sold than there is, nothing adds up, for a reason that is told already.
    const isTold = (byEvent[event]?.oversold ?? 0) > 0;
    return sum + (tickets > 0 && !isTold ? fewestGrants(sales, event, tickets) : 0);
  }, 0);
  const unsaleable = surplus.filter((tickets, event) => {
    return tickets < 0 && refusedEvents[event] === 1;
  }).length;
  return {
    duplicateTickets: duplicates,
    // A grant that is not listed took nothing from what is left, either: it is counted once.
    lostReceipts: Math.max(lost, unaccounted) + undead + phantoms + short,
    falseSoldOut: workerDied ? 0 : unsaleable,
  };
}

/** The fewest of an event's held grants that so many tickets can be the worth of: surely so many are for nothing. */
function fewestGrants(sales: Sales, event: number, tickets: number): number {
  const worths: number[] = [];
  for (let at = 0; at < sales.count; at++) {
    if (sales.event[at] === event && fateOf(sales, at) === 'held')
      worths.push(sales.quantity[at] as number);
  }
  worths.sort((a, b) => b - a);
  let left = tickets;
  const count = worths.findIndex((worth) => {
    left -= worth;
    return left <= 0;
  });
  return count < 0 ? Math.max(1, worths.length) : count + 1;
}

/** Puts together what is to be told of named tickets. */
export function tellNames(
  { sales, names, stored }: NamedEvidence,
  counts: Pick<NamedFindings, 'short' | 'over'>,
  surplus: readonly number[],
): NamedFindings {
  const granted = new Float64Array(stored.named.events.length);
  let total = 0;
  for (let at = 0; at < sales.count; at++) {
    total += sales.quantity[at] as number;
    if (fateOf(sales, at) !== 'returned')
      add(granted, sales.event[at] as number, sales.quantity[at] as number);
  }
  return {
    ...auditNames(holdingsOf(sales, names)),
    granted: total,
    ...counts,
    events: stored.named.events,
    accounts: Array.from(granted, (tickets, event) => ({
      event,
      granted: tickets,
      available: stored.remaining[event] ?? null,
      surplus: surplus[event] ?? 0,
    })),
  };
}
