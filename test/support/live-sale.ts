// A sale that goes on until a test has seen enough of it: clients ask, one order at a time each, and write down what they
// are told. So a test waits for what happens, never for how long that usually takes.
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Return,
  StoreContext,
  StoredSale,
  StorePlace,
  StoreReserver,
  StoreStrategy,
} from '../../src/store/stored.ts';
import { IN_DOUBT } from '../../src/store/strategy.ts';
import { clear, contextOf, stock } from './stocked-store.ts';

/** More than anybody asks for while a test lasts. */
const SIZE = { events: 2, tickets: 100_000 };
const SELLERS = 2;
const CLIENTS = 6;
/** So that sales leave processor time to the servers. */
const PAUSE_MS = 30;
const LOOK_AGAIN_MS = 5;
/** Every so many orders, a client gives back what it got. */
const RETURNS_EVERY = 4;

/** What the clients of a sale were told, held against what the store says. */
export interface Aftermath {
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There, and nobody was told of it or left in doubt. */
  readonly phantoms: number;
  /** Tickets that two hold, by what they were told. */
  readonly twice: number;
  /** Tickets held and for sale, beyond what there were. */
  readonly surplus: number;
  /** Orders and returns that nobody knew the end of. */
  readonly doubts: number;
}

export const ALL_IS_WELL: Omit<Aftermath, 'doubts'> = {
  lost: 0,
  phantoms: 0,
  twice: 0,
  surplus: 0,
};

export class LiveSale {
  readonly #strategy: StoreStrategy;
  readonly #place: StorePlace;
  readonly #sellers: StoreReserver[] = [];
  readonly #asking: Promise<void>[] = [];
  #granted = 0;
  #refused = 0;
  #ended = false;
  #orders = 0;
  /** What clients hold, and what they may or may not hold. */
  readonly #held: Map<number, Return> = new Map();
  readonly #doubted: Map<number, Return> = new Map();

  private constructor(strategy: StoreStrategy, place: StorePlace) {
    this.#strategy = strategy;
    this.#place = place;
  }

  static async open(
    strategy: StoreStrategy,
    servers: StorePlace['servers'],
    given: Partial<StoreContext> = {},
  ): Promise<LiveSale> {
    const sale = new LiveSale(strategy, await stock(strategy, SIZE, servers));
    for (let self = 0; self < SELLERS; self++) {
      sale.#sellers.push(await strategy.open(contextOf(sale.#place, SIZE, { self, ...given })));
    }
    for (let client = 0; client < CLIENTS; client++) {
      const asking = sale.#ask(sale.#sellers[client % SELLERS] as StoreReserver, client);
      // Heard of by whoever looks, and at the end.
      asking.catch(() => {});
      sale.#asking.push(asking);
    }
    return sale;
  }

  /**
   * Lets everybody have his answer, and asks the store.
   * @throws whatever a client could not bear
   */
  async end(): Promise<Aftermath> {
    this.#ended = true;
    try {
      await Promise.all(this.#asking);
      await Promise.all(this.#sellers.map((seller) => seller.close()));
      return this.#compare(await this.#strategy.readBack(this.#place, SIZE));
    } finally {
      await clear(this.#strategy, this.#place);
    }
  }

  /** Settles when tickets were granted that nobody held when this was called. */
  async sells(): Promise<void> {
    const before = this.#granted;
    // Whoever had asked by then may have been answered before.
    while (this.#granted < before + CLIENTS + 1) await this.#look();
  }

  /** Settles when somebody was refused, or left in doubt. */
  async refuses(): Promise<void> {
    const before = this.#refused;
    while (this.#refused === before) await this.#look();
  }

  /** @throws whatever a client could not bear */
  async #look(): Promise<void> {
    await Promise.race([sleep(LOOK_AGAIN_MS), ...this.#asking]);
  }

  async #ask(seller: StoreReserver, client: number): Promise<void> {
    for (let asked = 0; !this.#ended; asked++) {
      const id = this.#orders++;
      const order = { id, event: id % SIZE.events, quantity: 1 + (id % 3), client };
      const ticket = await seller.reserve(order);
      if (ticket >= 0) {
        this.#granted++;
        this.#held.set(id, { ...order, ticket });
        if (asked % RETURNS_EVERY === 0) await this.#giveBack(seller, id);
      } else {
        this.#refused++;
        if (ticket === IN_DOUBT) this.#doubted.set(id, { ...order, ticket });
      }
      await sleep(PAUSE_MS);
    }
  }

  async #giveBack(seller: StoreReserver, bought: number): Promise<void> {
    const held = this.#held.get(bought) as Return;
    const answer = await seller.cancel({ ...held, id: this.#orders++ });
    if (answer === held.quantity) {
      this.#held.delete(bought);
    } else {
      this.#refused++;
      if (answer !== IN_DOUBT) return;
      this.#held.delete(bought);
      this.#doubted.set(bought, held);
    }
  }

  #compare({ remaining, grants }: StoredSale): Aftermath {
    const stored = new Map(grants.map((grant) => [grant.id, grant]));
    const told = [...this.#held.values()];
    const isStored = ({ id, event, ticket, quantity, client }: Return): boolean => {
      const grant = stored.get(id);
      return (
        grant?.ticket === ticket &&
        grant.event === event &&
        grant.quantity === quantity &&
        grant.client === client
      );
    };
    const serials = told.flatMap(({ event, ticket, quantity }) =>
      Array.from({ length: quantity }, (_, at) => `${event}/${ticket + at}`),
    );
    const kept = grants.reduce((sum, { quantity }) => sum + quantity, 0);
    const free = remaining.reduce((sum, tickets) => sum + tickets, 0);
    return {
      lost: told.filter((each) => !isStored(each)).length,
      phantoms: grants.filter(({ id }) => !this.#held.has(id) && !this.#doubted.has(id)).length,
      twice: serials.length - new Set(serials).size,
      surplus: kept + free - SIZE.events * SIZE.tickets,
      doubts: this.#doubted.size,
    };
  }
}
