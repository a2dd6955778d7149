// Every seller leases the right to sell some tickets, and sells from its lease without looking at the
// shared stock.
// Cost: one compare-and-swap for each lease instead of each sale. What others have leased and not yet
// sold cannot be had, so a seller may refuse while tickets are free: no promise about false sold-outs.
// Leases shrink with the stock to keep that rare. A seller that dies takes its lease along.
// Source: O'Neil, "The Escrow Transactional Method", TODS 1986; leases of rights as in Balegas et al.,
// "Extending Eventually Consistent Cloud Databases for Enforcing Numeric Invariants", SRDS 2015.
import {
  FAILED,
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';

/** More would save little, and lock up much. */
const LEASE_MAX = 64;
/** All sellers together lease at most one part of so many of what remains, unless a group is larger. */
const RESERVE_PARTS = 2;

export const escrow: Strategy = {
  name: 'escrow',
  summary:
    'Sells from leases on the stock. One CAS per lease; may refuse while others hold idle leases.',
  source: "O'Neil, The Escrow Transactional Method, TODS 1986",
  promises: ['noOversell', 'noLostReceipt'],
  open: (context) => sellFromLeases(context, leaser),
};

/**
 * Gets one seller leases of at least so many tickets; false when there are too few. What is left of a
 * lease on each event is in `rights`, and the next of its serials in `serials`.
 */
export type LeaserOf = (
  context: SaleContext,
  rights: Int32Array,
  serials: Int32Array,
) => (event: number, quantity: number) => boolean;

/** Sells from leases that a leaser gets. */
export function sellFromLeases(context: SaleContext, leaserOf: LeaserOf): Reserver {
  const { words, inventory, size, work } = context;
  // What is left of this seller's lease on each event, and the next of its serials.
  const rights = new Int32Array(size.events);
  const serials = new Int32Array(size.events);
  const lease = leaserOf(context, rights, serials);
  return {
    reserve(event, quantity) {
      if (quantity < 1) return FAILED;
      if ((rights[event] as number) < quantity && !lease(event, quantity)) return SOLD_OUT;
      work();
      const serial = serials[event] as number;
      rights[event] = (rights[event] as number) - quantity;
      serials[event] = serial + quantity;
      return serial;
    },
    cancel(event, _ticket, quantity) {
      words.add(inventory.remaining(event), quantity);
      return quantity;
    },
    available: (event) => words.load(inventory.remaining(event)) + (rights[event] as number),
    close() {
      for (let event = 0; event < size.events; event++) {
        const left = rights[event] as number;
        if (left > 0) words.add(inventory.remaining(event), left);
        rights[event] = 0;
      }
    },
  };
}

/**
 * Exchanges what is left of a lease for one of at least `quantity` tickets. The serials that were left
 * are never issued. If there are not so many tickets, the old lease goes back all the same: what is
 * too little here may be what somebody else is waiting for.
 */
function leaser(
  { words, inventory, size, contention }: SaleContext,
  rights: Int32Array,
  serials: Int32Array,
): (event: number, quantity: number) => boolean {
  return (event, quantity) => {
    const at = inventory.remaining(event);
    const left = rights[event] as number;
    for (;;) {
      const seen = words.load(at);
      const free = seen + left;
      if (free < quantity && left === 0) return false;
      const granted = free < quantity ? 0 : leaseOf(free, quantity, size);
      if (words.compareExchange(at, seen, free - granted) === seen) {
        rights[event] = granted;
        if (granted > 0) serials[event] = inventory.issue(event, granted);
        return granted > 0;
      }
      contention.retries++;
    }
  };
}

/** How many of `free` tickets a seller leases who needs `quantity` of them. */
export function leaseOf(free: number, quantity: number, { members }: SaleSize): number {
  return Math.max(quantity, Math.min(LEASE_MAX, Math.floor(free / (RESERVE_PARTS * members))));
}
