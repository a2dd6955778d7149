import pg from 'pg';
import { freshNumber } from '../../base/fresh-id.ts';
import { connectionTo } from '../../store/postgres/connections.ts';
import type { Return, StoreReserver } from '../../store/stored.ts';
import { FAILED, SOLD_OUT } from '../../store/strategy.ts';
import { Refusal } from '../refusals.ts';
import { refusalOf } from './refusal.ts';
import type { Offer, Stock } from './stock.ts';
import { openReserverAt, type StorePlan } from './store-plan.ts';
import { returnOf } from './store-till.ts';

/** For the one who looks after the stock; others sell meanwhile. */
const CONNECTIONS = 2;
/** How often what is left is taken off sale, while others buy or give back. */
const WITHDRAWALS = 100;
/** One edit of a capacity, or whoever mends them, at a time, over all servers. */
const LOCK = `SELECT pg_advisory_lock(hashtext(current_schema || ' edits'))`;
const UNLOCK = `SELECT pg_advisory_unlock(hashtext(current_schema || ' edits'))`;

/** Beyond every order's number, so that none of these is ever another's. */
const RETURNS_FROM: number = 2 ** 49;

/** By this number an event was put on sale: whoever does it again finds it done. */
function openingOf(event: number): number {
  return -1 - event;
}

/** By this number tickets of an order of another run were put on sale again. */
function outsideReturnOf(order: number): number {
  return -(RETURNS_FROM + order);
}

/** Decides what is for sale in a store. An event's place is its number in the books. */
export class StoreStock implements Stock {
  readonly run: string;
  readonly maxTickets: number;
  readonly #events: number;
  readonly #reserver: StoreReserver;
  readonly #pool: pg.Pool;
  /** One more than the highest number that was put on sale here. */
  #numbered = 0;

  constructor({ run, maxTickets, size, place }: StorePlan, reserver: StoreReserver) {
    this.run = run;
    this.maxTickets = maxTickets;
    this.#events = size.events;
    this.#reserver = reserver;
    this.#pool = new pg.Pool({ ...connectionTo(place), max: CONNECTIONS });
    // Whoever uses a connection that breaks hears of it by his statement.
    this.#pool.on('error', () => {});
  }

  get room(): number {
    return this.#events - this.#numbered;
  }

  /** Its reservations of other runs have no grants here: their tickets are not put on sale. */
  async open({ number, capacity, taken }: Offer): Promise<number | undefined> {
    this.#numbered = Math.max(this.#numbered, number + 1);
    if (number >= this.#events) return undefined;
    const id = openingOf(number);
    if (!(await this.#isDone(id))) await this.#resizeOnce(id, number, capacity - taken);
    return number;
  }

  async resize(event: number, by: number): Promise<boolean> {
    const answer = await this.#reserver.resize({ id: freshNumber(), event, by });
    if (answer < 0 && answer !== SOLD_OUT) throw refusalOf(answer, 0, 0);
    return answer >= 0;
  }

  async giveBack(given: Return & { readonly run: string }): Promise<void> {
    const { id, event, quantity, run } = given;
    if (run !== this.run) return this.#resizeOnce(outsideReturnOf(id), event, quantity);
    const answer = await this.#reserver.cancel(returnOf(given));
    // Whoever mends what others left undone may have come first.
    if (answer < 0 && answer !== FAILED) throw refusalOf(answer, 0, 0);
  }

  async withdraw(event: number): Promise<void> {
    for (let tried = 0; tried < WITHDRAWALS; tried++) {
      const left = await this.#reserver.available(event);
      if (left === 0) return;
      if (left < 0) throw refusalOf(left, 0, 0);
      await this.resize(event, -left);
    }
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | boolean = true;
    try {
      await client.query(LOCK);
      try {
        return await work();
      } finally {
        await client.query(UNLOCK);
        broken = false;
      }
    } finally {
      // One that still has the lock is closed, and the lock with it.
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#reserver.close();
    await this.#pool.end();
  }

  /** Does what must be done but once, whoever else tries it. */
  async #resizeOnce(id: number, event: number, by: number): Promise<void> {
    const answer = await this.#reserver.resize({ id, event, by });
    // The number is the key of a row: somebody else has it by now, or nothing has happened.
    if (answer >= 0 || (await this.#isDone(id))) return;
    throw new Refusal('unavailable', 'the stock did not answer');
  }

  async #isDone(id: number): Promise<boolean> {
    const { rows } = await this.#pool.query('SELECT FROM resize WHERE id = $1', [id]);
    return rows.length > 0;
  }
}

export async function openStoreStock(plan: StorePlan): Promise<StoreStock> {
  // Not the first: that is a till, which tells the gate what is new.
  return new StoreStock(plan, await openReserverAt(plan, 1, CONNECTIONS));
}
