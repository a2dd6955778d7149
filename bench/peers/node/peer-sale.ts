import {
  emptyRequest,
  KIND,
  REQUEST_WORDS,
  type Request,
  readRequest,
} from '../../../src/generator/request.ts';
import { Inventory } from '../../../src/store/inventory.ts';
import { Layout } from '../../../src/store/layout.ts';
import { SOLD_OUT } from '../../../src/store/strategy.ts';
import { AtomicWords, allocateWords } from '../../../src/store/words.ts';
import type { Stream } from './stream.ts';

/** How many requests are claimed at once, where threads claim them. */
const CHUNK = 64;
/** What no design answers. */
export const UNANSWERED = -100;

/** The memory of a sale, to hand to other threads. */
export interface SaleMemory {
  readonly events: number;
  readonly requests: number;
  readonly stream: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  readonly answers: SharedArrayBuffer;
}

/** Requests to be served, and where. */
export interface Part {
  /** Serves the requests before this one. */
  readonly to: number;
  /** Added to each event: a warm-up sells others than the sale does. */
  readonly firstEvent: number;
}

function layOut(events: number): { words: number; inventory: number; claimed: number } {
  const layout = new Layout();
  // As many again, for the warm-up.
  const inventory = Inventory.reserve(layout, 2 * events);
  const claimed = layout.reserve(1);
  return { words: layout.words, inventory, claimed };
}

export function allocateSale({ header, requests, words }: Stream, tickets: number): SaleMemory {
  const memory: SaleMemory = {
    events: header.events,
    requests,
    stream: words,
    words: allocateWords(layOut(header.events).words).buffer,
    answers: new SharedArrayBuffer(requests * Int32Array.BYTES_PER_ELEMENT),
  };
  const sale = new PeerSale(memory);
  sale.inventory.stock(tickets);
  return memory;
}

/** A stream in memory, what is for sale, and what was answered, as one thread sees them. */
export class PeerSale {
  readonly inventory: Inventory;
  /** The first ticket serial that each request got, or a refusal. */
  readonly answers: Int32Array;
  readonly #stream: Int32Array;
  readonly #words: AtomicWords;
  readonly #claimed: number;

  constructor({ events, stream, words, answers }: SaleMemory) {
    const places = layOut(events);
    this.#stream = new Int32Array(stream);
    this.#words = new AtomicWords(words);
    this.#claimed = places.claimed;
    this.inventory = new Inventory(this.#words, places.inventory, 2 * events);
    this.answers = new Int32Array(answers);
  }

  request(place: number, into: Request = emptyRequest()): Request {
    const get = (index: number): number => this.#stream[index] as number;
    readRequest(into, { get }, place * REQUEST_WORDS);
    if (into.kind !== KIND.reserve) throw new Error(`request ${place} asks for no tickets`);
    return into;
  }

  /** The first of the next {@link CHUNK} requests that no other thread has claimed. */
  claim(): { readonly from: number; readonly to: number } {
    const from = this.#words.add(this.#claimed, CHUNK);
    return { from, to: from + CHUNK };
  }

  /** Begins to claim at the first request again. */
  rewind(): void {
    this.#words.store(this.#claimed, 0);
    this.answers.fill(UNANSWERED);
  }

  /** Takes tickets, all or none, with a compare-and-swap loop. */
  reserve(event: number, quantity: number): number {
    const at = this.inventory.remaining(event);
    for (;;) {
      const seen = this.#words.load(at);
      if (seen < quantity) return SOLD_OUT;
      if (this.#words.compareExchange(at, seen, seen - quantity) === seen) {
        return this.inventory.issue(event, quantity);
      }
    }
  }
}
