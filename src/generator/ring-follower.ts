import type { SharedWords } from '../store/words.ts';
import { type Request, readRequest } from './request.ts';
import { BLOCK_REQUESTS, RING } from './ring-layout.ts';

/** What an end of the ring finds next. */
export type Found = 'request' | 'nothing yet' | 'the end';

/**
 * A seller's end of the ring that sees every request, for sellers that each serve clients of their own.
 * It never waits: threads that have requests in flight have other things to do.
 */
export class RingFollower {
  readonly #words: SharedWords;
  #block = 0;
  #index = 0;
  #count = 0;

  constructor(words: SharedWords) {
    this.#words = words;
  }

  /** The place in the stream of the request that was read last, from 0: its number. */
  get place(): number {
    return this.#block * BLOCK_REQUESTS + this.#index - 1;
  }

  /** Reads the next request of the stream, if it is there. */
  next(request: Request): Found {
    if (this.#index === BLOCK_REQUESTS) this.#leaveBlock();
    if (this.#index === this.#count) {
      const found = this.#look();
      if (found !== 'request') return found;
    }
    readRequest(request, this.#words, RING.record(this.#block, this.#index++));
    return 'request';
  }

  #look(): Found {
    if (this.#words.load(RING.stopped) === 1) return 'the end';
    // Before the end: what was published until then says how much of the last block there is.
    const published = this.#words.load(RING.published);
    const left = this.#remaining();
    if (left <= 0) return 'the end';
    if (published <= this.#block) return 'nothing yet';
    this.#count = Math.min(BLOCK_REQUESTS, this.#index + left);
    return 'request';
  }

  /** Requests of the stream from here on, as far as the end is known. */
  #remaining(): number {
    if (this.#words.load(RING.ended) === 0) return Number.POSITIVE_INFINITY;
    return this.#words.load(RING.total) - this.#block * BLOCK_REQUESTS - this.#index;
  }

  #leaveBlock(): void {
    this.#words.add(RING.taken(this.#block), BLOCK_REQUESTS);
    this.#words.notify(RING.taken(this.#block), 1);
    this.#block++;
    this.#index = 0;
    this.#count = 0;
  }
}
