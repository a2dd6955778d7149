// The stock of a server, in every strategy that sells from memory: events of many sizes, opened after the tills were.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { currentEpoch, systemClock } from '../../src/base/clock.ts';
import { type Random, randomStream } from '../../src/base/random.ts';
import { MemoryStock } from '../../src/service/stock/memory-stock.ts';
import { MemoryTill } from '../../src/service/stock/memory-till.ts';
import {
  allocateShared,
  openMemoryStock,
  type SharedStock,
  startClerk,
} from '../../src/service/stock/open-memory-stock.ts';
import { houseMember, stockContext } from '../../src/service/stock/shared-stock.ts';
import { catalog } from '../../src/store/catalog.ts';
import { loadStrategy } from '../../src/store/load-strategy.ts';
import { SOLD_OUT, type Strategy, type StrategyPromise } from '../../src/store/strategy.ts';
import { type Sold, StockBooks } from '../support/stock-books.ts';
import type { TillReport, TillThreadData } from '../support/till-thread.ts';

const THREAD_URL = new URL('../support/till-thread.js', import.meta.url);
const RUN = 'this';
const TILLS = 2;
const MAX_TICKETS = 64;
/** Capacity, and how much of it an earlier run has sold. */
const OFFERS = [
  [64, 0],
  [5, 2],
  [1, 0],
  [40, 40],
  [0, 0],
  [33, 1],
] as const;

/** A stock, tills, and what is known of them; all in one thread, but for a clerk. */
class Counter {
  readonly books: StockBooks;
  readonly stock: MemoryStock;
  readonly tills: readonly MemoryTill[];
  readonly #strategy: Strategy;
  readonly #random: Random;
  readonly #reopen: () => MemoryTill;
  #order = 0;

  private constructor(
    strategy: Strategy,
    seed: string,
    parts: Pick<Counter, 'stock' | 'tills'> & { readonly reopen: () => MemoryTill },
  ) {
    this.#strategy = strategy;
    this.#random = randomStream(seed, 'stock');
    this.books = new StockBooks(`${strategy.name} ${seed}`);
    this.stock = parts.stock;
    this.tills = parts.tills;
    this.#reopen = parts.reopen;
  }

  /** @param work what happens at till 0 between its look at the stock and its purchase */
  static async open(strategy: Strategy, seed: string, work = () => {}): Promise<Counter> {
    const plan = { strategy: strategy.name, maxEvents: 8, maxTickets: MAX_TICKETS, tills: TILLS };
    const shared = await allocateShared(plan, currentEpoch());
    // After a failure, nobody closes what it serves.
    (await startClerk(shared))?.unref();
    const contextFor = (self: number) => {
      const clock = systemClock(shared.epoch);
      const context = stockContext(shared.memory, plan, strategy, self, clock);
      return self === 0 ? { ...context, work } : context;
    };
    const openTill = (self: number) => new MemoryTill(strategy.open(contextFor(self)));
    const house = contextFor(houseMember(plan));
    return new Counter(strategy, seed, {
      stock: new MemoryStock(RUN, house, strategy.open(house)),
      tills: [openTill(0), openTill(1)],
      reopen: () => openTill(0),
    });
  }

  promises(promise: StrategyPromise): boolean {
    return this.#strategy.promises.includes(promise);
  }

  open(capacity: number, taken: number): number {
    const place = this.stock.open({ number: 100, capacity, taken }) as number;
    this.books.open(capacity, taken);
    return place;
  }

  buy(self: number, event: number, quantity: number): number {
    const order = { id: this.#order++, event, quantity, client: self };
    const ticket = (this.tills[self] as MemoryTill).reserve(order);
    if (ticket >= 0) this.books.sell({ event, ticket, quantity });
    else if (this.promises('noFalseSoldOut')) {
      assert.equal(ticket, SOLD_OUT);
      const free = this.books.free(event);
      assert.ok(free < quantity, `refused ${quantity} of ${free}`);
    }
    this.books.check();
    return ticket;
  }

  /** One thing that happens to an event. */
  step(event: number): void {
    const self = this.#below(TILLS);
    const act = this.#below(10);
    const { held, outside } = this.books.at(event);
    if (act < 5) this.buy(self, event, 1 + this.#below(4));
    else if (act < 7 && held.length > 0)
      this.#giveBack(self, held[this.#below(held.length)] as Sold);
    else if (act === 7 && outside > 0) this.#giveBackOutside(event);
    else this.#resize(event, this.#below(11) - 5);
    if (!this.promises('noStaleRead')) return;
    assert.equal((this.tills[self] as MemoryTill).available(event), this.books.free(event));
  }

  /** Buys all that is left, ticket by ticket. */
  drain(event: number): void {
    for (const self of [0, 1]) while (this.buy(self, event, 1) >= 0);
  }

  /** Sells all out, closes, and finds every ticket. */
  end(): void {
    for (let event = 0; event < OFFERS.length; event++) this.drain(event);
    for (const till of this.tills) till.close();
    this.stock.close();
    if (!this.promises('noFalseSoldOut')) this.#drainAfterClosing();
    for (let event = 0; event < OFFERS.length; event++) assert.equal(this.books.free(event), 0);
  }

  /** What was leased and not sold is back. */
  #drainAfterClosing(): void {
    const till = this.#reopen();
    for (let event = 0; event < OFFERS.length; event++) {
      for (;;) {
        const ticket = till.reserve({ id: this.#order++, event, quantity: 1, client: 0 });
        if (ticket < 0) break;
        this.books.sell({ event, ticket, quantity: 1 });
        this.books.check();
      }
    }
    till.close();
  }

  #giveBack(self: number, sold: Sold): void {
    this.books.giveBack(sold);
    const given = { ...sold, id: 0, client: self };
    // An ended hold comes back over the house, whichever till sold it.
    if (this.#below(2) === 0) this.stock.giveBack({ ...given, run: RUN });
    else assert.equal((this.tills[self] as MemoryTill).giveBack(given), sold.quantity);
  }

  #giveBackOutside(event: number): void {
    this.books.at(event).outside--;
    const given = { id: 0, event, ticket: 0, quantity: 1, client: 0 };
    this.stock.giveBack({ ...given, run: 'an earlier one' });
  }

  #resize(event: number, by: number): void {
    const { capacity } = this.books.at(event);
    if (capacity + by > MAX_TICKETS) return;
    const free = this.books.free(event);
    const done = this.stock.resize(event, by);
    if (this.promises('noFalseSoldOut')) assert.equal(done, free + by >= 0);
    if (done) this.books.at(event).capacity += by;
    this.books.check();
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }
}

/** A purchase of the last ticket, with another one between its look at the stock and its own. */
async function sellOvertaken(strategy: Strategy): Promise<void> {
  let overtaken = false;
  const counter: Counter = await Counter.open(strategy, 'c', () => {
    if (overtaken) return;
    overtaken = true;
    counter.buy(1, 0, 1);
  });
  counter.open(1, 0);
  // The house has looked, too.
  overtaken = false;
  try {
    counter.buy(0, 0, 1);
  } finally {
    for (const till of counter.tills) till.close();
    counter.stock.close();
  }
}

describe('the stock of a server', () => {
  for (const strategy of catalog) {
    test(`${strategy.name}: 6 events, 2 tills, 600 sales, returns and edits, conserved to the ticket`, async () => {
      const counter = await Counter.open(strategy, 'a');
      for (const [capacity, taken] of OFFERS) counter.open(capacity, taken);
      for (let step = 0; step < 600; step++) counter.step(step % OFFERS.length);
      counter.end();
    });

    test(`${strategy.name}: of an event that is withdrawn, none is sold any more`, async () => {
      const counter = await Counter.open(strategy, 'b');
      const event = counter.open(30, 3);
      counter.buy(0, event, 2);
      counter.stock.withdraw(event);
      // What others have leased before, they may still sell.
      if (counter.promises('noFalseSoldOut')) counter.books.at(event).capacity = 5;
      counter.drain(event);
      for (const till of counter.tills) till.close();
      counter.stock.close();
    });
  }

  test('check-then-act is caught, where the next buyer comes between look and purchase', async () => {
    await assert.rejects(sellOvertaken(await loadStrategy('check-then-act')), /2 sold .* of 1;/);
    await sellOvertaken(await loadStrategy('compare-and-swap'));
  });
});

/** Runs the tills of a stock in threads of their own, while `meanwhile` goes on here. */
async function sellInThreads(
  shared: SharedStock,
  seed: string,
  meanwhile: () => void,
): Promise<TillReport[]> {
  const reports = Array.from({ length: TILLS }, (_, self) => {
    const workerData: TillThreadData = { shared, self, seed, events: 3, requests: 4000 };
    const worker = new Worker(THREAD_URL, { workerData });
    return new Promise<TillReport>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  });
  let isOver = false;
  const goOn = (): void => {
    if (isOver) return;
    meanwhile();
    setImmediate(goOn);
  };
  goOn();
  try {
    return await Promise.all(reports);
  } finally {
    isOver = true;
  }
}

describe('the stock of a server with a thread for each till', () => {
  for (const name of [
    'compare-and-swap',
    'single-writer',
    'flat-combining',
    'phase-switch',
    'seat-map',
    'escrow',
  ]) {
    test(`${name}: 2 threads sell 8000 times while capacities go up and down`, async () => {
      const plan = { strategy: name, maxEvents: 4, maxTickets: MAX_TICKETS, tills: TILLS };
      const shared = await allocateShared(plan, currentEpoch());
      // After a failure, nobody closes what it serves.
      (await startClerk(shared))?.unref();
      const stock = await openMemoryStock(shared, RUN);
      const capacities = [50, 8, 1].map((capacity) => {
        stock.open({ number: 0, capacity, taken: 0 });
        return capacity;
      });
      let edits = 0;
      const { next } = randomStream(name, 'edits');
      const reports = await sellInThreads(shared, name, () => {
        const event = edits++ % capacities.length;
        const by = Math.floor(next() * 7) - 3;
        const before = capacities[event] as number;
        if (before + by < 0 || before + by > MAX_TICKETS) return;
        if (stock.resize(event, by)) capacities[event] = before + by;
      });
      const serials = new Set<string>();
      const out = capacities.map(() => 0);
      for (const { event, ticket, quantity } of reports.flatMap(({ sold }) => sold)) {
        out[event] = (out[event] as number) + quantity;
        for (let serial = ticket; serial < ticket + quantity; serial++) {
          assert.ok(!serials.has(`${event} ${serial}`), `${event} ${serial} twice`);
          serials.add(`${event} ${serial}`);
        }
      }
      for (const { event, quantity } of reports.flatMap(({ returned }) => returned)) {
        out[event] = (out[event] as number) - quantity;
      }
      const left = capacities.map((capacity, event) => {
        const free = capacity - (out[event] as number);
        assert.ok(free >= 0, `event ${event} has ${free} left`);
        return stock.resize(event, -free) && !stock.resize(event, -1);
      });
      stock.close();
      assert.deepEqual(left, [true, true, true]);
    });
  }
});
