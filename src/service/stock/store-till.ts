import { freshNumber } from '../../base/fresh-id.ts';
import type { Order, Return, StoreReserver } from '../../store/stored.ts';
import type { Till } from './stock.ts';
import { openReserverAt, type StorePlan, TILL_CONNECTIONS } from './store-plan.ts';

/** Whoever buys, the store knows one client: who may give tickets back, the books decide. */
const ANYBODY = 0;

/** Sells from a store, for one thread. */
export class StoreTill implements Till {
  readonly #reserver: StoreReserver;

  constructor(reserver: StoreReserver) {
    this.#reserver = reserver;
  }

  reserve(order: Order): Promise<number> {
    return this.#reserver.reserve({ ...order, client: ANYBODY });
  }

  giveBack(given: Return): Promise<number> {
    return this.#reserver.cancel(returnOf(given));
  }

  available(event: number): Promise<number> {
    return this.#reserver.available(event);
  }

  close(): Promise<void> {
    return this.#reserver.close();
  }
}

/** A return under a number of its own: a gate may not have seen its order leave yet. */
export function returnOf({ event, ticket, quantity }: Omit<Return, 'id' | 'client'>): Return {
  return { id: freshNumber(), event, ticket, quantity, client: ANYBODY };
}

/** Opens till `self` of a server. */
export async function openStoreTill(plan: StorePlan, self: number): Promise<StoreTill> {
  return new StoreTill(await openReserverAt(plan, self, TILL_CONNECTIONS));
}
