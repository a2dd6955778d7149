import type { Crew } from '../store/crew.ts';
import type { Layout } from '../store/layout.ts';
import type { GrantReference } from '../store/ledger.ts';
import { throwIfAbandoned } from '../store/locks/abandoned.ts';
import type { SharedWords } from '../store/words.ts';

// Words of one client.
const BUSY = 0;
const HELD_WORKER = 1;
const HELD_GRANT = 2;
const READY_LOW = 3;
const READY_HIGH = 4;
const CLIENT_WORDS = 5;

const TWO_TO_32 = 2 ** 32;
/** A client is busy for as long as one request takes; after so many turns its thread has no processor. */
const SPIN_TURNS = 200;
const BUSY_CHECK_MS = 1;

/**
 * What the lab knows of each client while it sells: whether it has a request in flight, what it holds
 * and when its last request ended. Needed only where one request of a client depends on an earlier
 * one: with cancels, and in the closed model.
 *
 * Layout: five words a client: busy (worker + 1, or 0); the latest grant it holds (worker + 1, index);
 * the end of its last request in nanoseconds (lower, upper). All but the first are touched only by
 * the thread that has entered the client.
 */
export class Clients {
  readonly #words: SharedWords;
  readonly #first: number;
  readonly #crew: Crew;
  readonly #self: number;

  constructor(words: SharedWords, first: number, crew: Crew, self: number) {
    this.#words = words;
    this.#first = first;
    this.#crew = crew;
    this.#self = self;
  }

  static reserve(layout: Layout, clients: number): number {
    return layout.reserve(clients * CLIENT_WORDS);
  }

  /** Begins a request of `client`; whether it had to wait for the one that was in flight. */
  enter(client: number): boolean {
    const busy = this.#at(client) + BUSY;
    let turn = 0;
    for (; this.#words.compareExchange(busy, 0, this.#self + 1) !== 0; turn++) {
      if (turn < SPIN_TURNS) this.#words.spin();
      else this.#sleepWhileBusy(client);
    }
    return turn > 0;
  }

  leave(client: number): void {
    this.#words.store(this.#at(client) + BUSY, 0);
  }

  /** What `client` holds that it was granted last; false when it holds nothing. */
  held(client: number, into: GrantReference): boolean {
    into.worker = this.#words.get(this.#at(client) + HELD_WORKER) - 1;
    into.grant = this.#words.get(this.#at(client) + HELD_GRANT);
    return into.worker >= 0;
  }

  hold(client: number, grant: GrantReference): void {
    this.#words.set(this.#at(client) + HELD_WORKER, grant.worker + 1);
    this.#words.set(this.#at(client) + HELD_GRANT, grant.grant);
  }

  /** When `client` was ready for its next request: the end of its last one, or 0. */
  readyNs(client: number): number {
    const low = this.#words.get(this.#at(client) + READY_LOW) >>> 0;
    return this.#words.get(this.#at(client) + READY_HIGH) * TWO_TO_32 + low;
  }

  setReadyNs(client: number, timeNs: number): void {
    this.#words.set(this.#at(client) + READY_LOW, (timeNs % TWO_TO_32) | 0);
    this.#words.set(this.#at(client) + READY_HIGH, Math.floor(timeNs / TWO_TO_32));
  }

  #sleepWhileBusy(client: number): void {
    const busy = this.#at(client) + BUSY;
    const owner = this.#words.load(busy);
    // Leaving does not notify, which would cost every request a system call: look again soon.
    if (owner === 0 || this.#words.wait(busy, owner, BUSY_CHECK_MS) !== 'timed-out') return;
    throwIfAbandoned(`the request of client ${client}`, owner - 1, this.#crew);
  }

  #at(client: number): number {
    return this.#first + client * CLIENT_WORDS;
  }
}
