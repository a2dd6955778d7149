import type { Order, Return } from '../../store/stored.ts';
import type { Reserver } from '../../store/strategy.ts';
import type { Till } from './stock.ts';

/** Sells from shared memory, for one thread. */
export class MemoryTill implements Till {
  readonly #reserver: Reserver;

  constructor(reserver: Reserver) {
    this.#reserver = reserver;
  }

  reserve({ event, quantity, client }: Order): number {
    return this.#reserver.reserve(event, quantity, client);
  }

  giveBack({ event, ticket, quantity, client }: Return): number {
    return this.#reserver.cancel(event, ticket, quantity, client);
  }

  available(event: number): number {
    return this.#reserver.available(event);
  }

  close(): void {
    this.#reserver.close();
  }
}
