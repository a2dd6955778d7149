import { invariant } from '../base/invariant.ts';
import { type AtomicWords, allocateWords, type SharedWords } from '../store/words.ts';
import { REQUEST_WORDS, type Request, readRequest } from './request.ts';
import { BLOCK_REQUESTS, RING, RING_BLOCKS } from './ring-layout.ts';

/**
 * How long to sleep before looking at the stop word again. Publishing and releasing notify, so this
 * only bounds how late a stop is seen.
 */
const STOP_CHECK_MS = 100;

/** Allocates a ring that is empty and open. */
export function allocateRing(): SharedArrayBuffer {
  return allocateWords(RING.words).buffer;
}

/** Tells both ends to stop: what was not yet claimed is never served. */
export function stopRing(words: SharedWords): void {
  words.store(RING.stopped, 1);
  words.notify(RING.published);
  for (let block = 0; block < RING_BLOCKS; block++) words.notify(RING.taken(block));
}

/**
 * The generator's end of the ring. Exactly one thread writes.
 *
 * The ring is bounded: a block is written only after the block that lay there before was taken out
 * whole, so memory stays flat and a slow sale slows its generator down.
 */
export class RingWriter {
  readonly #words: AtomicWords;
  /** How often a block's requests are taken out before its slot is free. */
  readonly #takings: number;
  #block = 0;
  #total = 0;

  /** @param followers how many ends see every request; none where readers share them */
  constructor(words: AtomicWords, followers = 0) {
    this.#words = words;
    this.#takings = BLOCK_REQUESTS * Math.max(1, followers);
  }

  get stopped(): boolean {
    return this.#words.load(RING.stopped) === 1;
  }

  /**
   * Waits until the next block may be written: its slot is free, and all but the latest `window`
   * blocks have been taken out. False when stopped.
   */
  awaitSlot(window: number = RING_BLOCKS): boolean {
    return this.#awaitTaken(this.#block - RING_BLOCKS) && this.#awaitTaken(this.#block - window);
  }

  /**
   * Publishes the first `count` requests of `block` into the slot that {@link awaitSlot} found free.
   * A block that is not full is the last one.
   * @returns how many readers were waiting for it
   */
  publish(block: Int32Array, count: number): number {
    const filled = count === BLOCK_REQUESTS ? block : block.subarray(0, count * REQUEST_WORDS);
    this.#words.setAll(RING.record(this.#block, 0), filled);
    this.#words.store(RING.taken(this.#block), 0);
    this.#total += count;
    if (count < BLOCK_REQUESTS) this.#end();
    // Published after the records are written, so that a reader never sees half of one; and after
    // the end is told, so that whoever waits for a later block wakes up and sees it.
    this.#words.store(RING.published, ++this.#block);
    return this.#words.notify(RING.published);
  }

  #awaitTaken(block: number): boolean {
    if (block < 0) return !this.stopped;
    const taken = RING.taken(block);
    while (!this.stopped) {
      const count = this.#words.load(taken);
      if (count === this.#takings) return true;
      this.#words.wait(taken, count, STOP_CHECK_MS);
    }
    return false;
  }

  #end(): void {
    this.#words.store(RING.total, this.#total);
    this.#words.store(RING.ended, 1);
  }
}

/**
 * A seller's end of the ring. Every thread has its own; together they take each request once, in
 * order, by one atomic addition for each chunk.
 */
export class RingReader {
  readonly #words: SharedWords;
  readonly #chunk: number;
  #block = 0;
  #index = 0;
  #left = 0;
  #taken = 0;
  #waited = false;

  /** @param chunk requests to claim at once: a divisor of {@link BLOCK_REQUESTS} */
  constructor(words: SharedWords, chunk: number) {
    invariant(BLOCK_REQUESTS % chunk === 0, `a chunk of ${chunk} does not divide a block`);
    this.#words = words;
    this.#chunk = chunk;
  }

  /** Whether the last claim had to wait for the generator. */
  get waited(): boolean {
    return this.#waited;
  }

  /** Claims the next requests, waiting for the generator if need be; false at the end or when stopped. */
  claim(): boolean {
    const ticket = this.#words.add(RING.claimed, 1);
    const perBlock = BLOCK_REQUESTS / this.#chunk;
    this.#block = perBlock === 1 ? ticket : Math.floor(ticket / perBlock);
    this.#index = (ticket % perBlock) * this.#chunk;
    this.#waited = false;
    if (!this.#awaitBlock()) return false;
    this.#left = Math.max(0, Math.min(this.#chunk, this.#remaining()));
    this.#taken = this.#left;
    return this.#left > 0;
  }

  /** Reads the next request of the claimed chunk; false when there is none left. */
  read(request: Request): boolean {
    if (this.#left === 0) return false;
    readRequest(request, this.#words, RING.record(this.#block, this.#index));
    this.#index++;
    this.#left--;
    return true;
  }

  /** Gives the chunk's place back to the generator. Nothing of it may be read afterwards. */
  release(): void {
    const taken = RING.taken(this.#block);
    if (this.#words.add(taken, this.#taken) + this.#taken === BLOCK_REQUESTS) {
      this.#words.notify(taken, 1);
    }
  }

  #awaitBlock(): boolean {
    for (;;) {
      const published = this.#words.load(RING.published);
      if (this.#words.load(RING.stopped) === 1) return false;
      if (published > this.#block) return true;
      // The end is told before the last block is published: only the total says what still comes.
      if (this.#remaining() <= 0) return false;
      this.#waited = true;
      this.#words.wait(RING.published, published, STOP_CHECK_MS);
    }
  }

  /** Requests of the stream from this chunk on, as far as the end is known. */
  #remaining(): number {
    if (this.#words.load(RING.ended) === 0) return Number.POSITIVE_INFINITY;
    return this.#words.load(RING.total) - this.#block * BLOCK_REQUESTS - this.#index;
  }
}
