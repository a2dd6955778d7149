import type { StoredGrant, StoredSale } from '../store/stored.ts';
import type { Findings } from './audit.ts';
import type { Sales } from './sales.ts';

/** An order that may have been served: its client was never told. */
export interface OpenOrder {
  readonly id: number;
}

/** What a store says of a sale, held against what its clients were told. */
export interface Reconciliation {
  /** Grants that a client holds, and the store knows nothing of. */
  readonly lost: number;
  /** Grants that the store keeps, and nobody was told of or left in doubt about. */
  readonly phantoms: number;
  /** Grants that the store took back, and keeps all the same. */
  readonly undead: number;
  /** Of the orders in doubt, those that the store did serve. */
  readonly served: readonly StoredGrant[];
  /** For each event, tickets held and for sale beyond the capacity; below 0, tickets that are neither. */
  readonly surplus: readonly number[];
}

/**
 * Compares the grants that clients were told of with those a store keeps when all is over:
 * acknowledged must be stored, stored must be acknowledged or in doubt, and stock and grants must add up.
 */
export function reconcile(
  sales: Sales,
  doubts: readonly OpenOrder[],
  stored: StoredSale,
  ticketsPerEvent: number,
): Reconciliation {
  const kept = new Kept(stored.grants);
  const open = new Set(doubts.map(({ id }) => id));
  const surplus = stored.remaining.map((tickets) => tickets - ticketsPerEvent);
  let lost = 0;
  let undead = 0;
  const returned: number[] = [];
  for (let at = 0; at < sales.count; at++) {
    const fate = fateOf(sales, at);
    if (fate === 'returned') {
      returned.push(at);
      continue;
    }
    const found = kept.claim(sales, at);
    if (fate === 'held' && !found) lost++;
    if (fate === 'held' || found)
      add(surplus, sales.event[at] as number, sales.quantity[at] as number);
  }
  // After those that are held: a ticket that was sold again belongs to its holder.
  for (const at of returned) if (kept.claim(sales, at)) undead++;
  const unclaimed = kept.unclaimed();
  const served = unclaimed.filter(({ id }) => open.has(id));
  for (const { event, quantity } of served) add(surplus, event, quantity);
  return { lost, undead, phantoms: unclaimed.length - served.length, served, surplus };
}

function add(column: number[], event: number, quantity: number): void {
  column[event] = (column[event] ?? 0) + quantity;
}

/** The grants of a store, which are claimed one by one. */
class Kept {
  readonly #grants: Map<string, StoredGrant[]> = new Map();

  constructor(grants: readonly StoredGrant[]) {
    for (const grant of grants) {
      const { event, ticket, client, quantity } = grant;
      const key = `${event}/${ticket}/${client}/${quantity}`;
      const same = this.#grants.get(key);
      if (same) same.push(grant);
      else this.#grants.set(key, [grant]);
    }
  }

  /** Claims a grant that is as `sales` has it; whether there is one. */
  claim({ event, ticket, client, quantity }: Sales, at: number): boolean {
    const key = `${event[at]}/${ticket[at]}/${client[at]}/${quantity[at]}`;
    return this.#grants.get(key)?.pop() !== undefined;
  }

  unclaimed(): StoredGrant[] {
    return [...this.#grants.values()].flat();
  }
}

/** What became of a grant; of a return that was begun and never answered nobody knows. */
export function fateOf(sales: Sales, at: number): 'held' | 'returned' | 'unknown' {
  if (!sales.anyReturned || sales.returnStartNs[at] === Number.POSITIVE_INFINITY) return 'held';
  return sales.returnEndNs[at] === Number.POSITIVE_INFINITY ? 'unknown' : 'returned';
}

/**
 * What is in a store when all is over, as findings of an audit.
 * @param byEvent what the audit found without it
 */
export function findingsOf(
  { lost, undead, phantoms, surplus }: Reconciliation,
  byEvent: readonly Pick<Findings, 'oversold'>[],
  refusedEvents: Uint8Array,
): Omit<Findings, 'duplicateTickets' | 'unsold'> {
  return {
    // Whoever came next could buy them.
    oversold: surplus.reduce((sum, tickets, event) => {
      return sum + Math.max(0, tickets - (byEvent[event]?.oversold ?? 0));
    }, 0),
    lostReceipts: lost + undead + phantoms,
    // Nobody can buy them any more, and somebody would have.
    falseSoldOut: surplus.filter((tickets, event) => tickets < 0 && refusedEvents[event] === 1)
      .length,
  };
}
