// What a test knows of stock by what it was told, and what must hold of it.
import assert from 'node:assert/strict';

/** Tickets that were granted. */
export interface Sold {
  readonly event: number;
  readonly ticket: number;
  readonly quantity: number;
}

interface Event {
  capacity: number;
  /** Of an earlier run. */
  outside: number;
  out: number;
  readonly serials: Set<number>;
  readonly held: Sold[];
}

/** Counts what is out of each event, and sees every serial. */
export class StockBooks {
  readonly #events: Event[] = [];
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  open(capacity: number, outside: number): void {
    this.#events.push({ capacity, outside, out: 0, serials: new Set(), held: [] });
  }

  at(event: number): Event {
    return this.#events[event] as Event;
  }

  free(event: number): number {
    const { capacity, outside, out } = this.at(event);
    return capacity - outside - out;
  }

  sell(sold: Sold): void {
    const at = this.at(sold.event);
    at.out += sold.quantity;
    at.held.push(sold);
    for (let serial = sold.ticket; serial < sold.ticket + sold.quantity; serial++) {
      assert.ok(!at.serials.has(serial), `serial ${serial} twice; seed ${this.#seed}`);
      at.serials.add(serial);
    }
  }

  giveBack(sold: Sold): void {
    const { held } = this.at(sold.event);
    const found = held.findIndex(({ ticket }) => ticket === sold.ticket);
    assert.ok(found >= 0, `${sold.ticket} was not sold`);
    held.splice(found, 1);
    this.at(sold.event).out -= sold.quantity;
  }

  /** Never more is out than there is. */
  check(): void {
    this.#events.forEach(({ capacity, outside, out }, event) => {
      const message = `event ${event}: ${out} sold and ${outside} of an earlier run, of ${capacity}; seed ${this.#seed}`;
      assert.ok(out + outside <= capacity, message);
    });
  }
}
