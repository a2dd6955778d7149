import { invariant } from '../base/invariant.ts';
import { Layout, LINE_WORDS } from '../store/layout.ts';
import { allocateWords, type SharedWords } from '../store/words.ts';
import { REQUEST_WORDS, type Request, readRequest } from './request.ts';

/** Requests in one block: the unit in which they are published, claimed and released. */
export const BLOCK_REQUESTS = 64;
/**
 * Blocks in the ring: 65,536 requests in 1 MiB. Enough to bridge some milliseconds in which the
 * generator has no processor, and small enough to stay in the second-level cache.
 */
export const RING_BLOCKS = 1024;

export const BLOCK_WORDS: number = BLOCK_REQUESTS * REQUEST_WORDS;

/**
 * How long to sleep before looking at the stop word again. Publishing and releasing notify, so this
 * only bounds how late a stop is seen.
 */
const STOP_CHECK_MS = 100;

/** Where the ring's words are. */
class RingLayout {
  readonly words: number;
  readonly claimed: number;
  readonly published: number;
  /** Total number of requests, once known. */
  readonly total: number;
  readonly ended: number;
  readonly stopped: number;
  readonly #taken: number;
  readonly #records: number;

  constructor() {
    const layout = new Layout();
    this.claimed = layout.reserve(1);
    this.published = layout.reserve(1);
    const rare = layout.reserve(3);
    this.total = rare;
    this.ended = rare + 1;
    this.stopped = rare + 2;
    this.#taken = layout.reserve(RING_BLOCKS * LINE_WORDS);
    this.#records = layout.reserve(RING_BLOCKS * BLOCK_WORDS);
    this.words = layout.words;
  }

  /** The word that counts how many requests of the block in this slot were taken out. */
  taken(block: number): number {
    return this.#taken + (block & (RING_BLOCKS - 1)) * LINE_WORDS;
  }

  record(block: number, index: number): number {
    return this.#records + (block & (RING_BLOCKS - 1)) * BLOCK_WORDS + index * REQUEST_WORDS;
  }
}

const LAYOUT = new RingLayout();

/** Allocates a ring that is empty and open. */
export function allocateRing(): SharedArrayBuffer {
  return allocateWords(LAYOUT.words).buffer;
}

/** Tells both ends to stop: what was not yet claimed is never served. */
export function stopRing(words: SharedWords): void {
  words.store(LAYOUT.stopped, 1);
  words.notify(LAYOUT.published);
  for (let block = 0; block < RING_BLOCKS; block++) words.notify(LAYOUT.taken(block));
}

/**
 * The generator's end of the ring. Exactly one thread writes.
 *
 * The ring is bounded: a block is written only after the block that lay there before was taken out
 * whole, so memory stays flat and a slow sale slows its generator down.
 */
export class RingWriter {
  readonly #words: SharedWords;
  #block = 0;
  #total = 0;

  constructor(words: SharedWords) {
    this.#words = words;
  }

  get stopped(): boolean {
    return this.#words.load(LAYOUT.stopped) === 1;
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
    const at = LAYOUT.record(this.#block, 0);
    for (let i = 0; i < count * REQUEST_WORDS; i++) this.#words.set(at + i, block[i] as number);
    this.#words.store(LAYOUT.taken(this.#block), 0);
    this.#total += count;
    if (count < BLOCK_REQUESTS) this.#end();
    // Published after the records are written, so that a reader never sees half of one; and after
    // the end is told, so that whoever waits for a later block wakes up and sees it.
    this.#words.store(LAYOUT.published, ++this.#block);
    return this.#words.notify(LAYOUT.published);
  }

  #awaitTaken(block: number): boolean {
    if (block < 0) return !this.stopped;
    const taken = LAYOUT.taken(block);
    while (!this.stopped) {
      const count = this.#words.load(taken);
      if (count === BLOCK_REQUESTS) return true;
      this.#words.wait(taken, count, STOP_CHECK_MS);
    }
    return false;
  }

  #end(): void {
    this.#words.store(LAYOUT.total, this.#total);
    this.#words.store(LAYOUT.ended, 1);
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
    const ticket = this.#words.add(LAYOUT.claimed, 1);
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
    readRequest(request, this.#words, LAYOUT.record(this.#block, this.#index));
    this.#index++;
    this.#left--;
    return true;
  }

  /** Gives the chunk's place back to the generator. Nothing of it may be read afterwards. */
  release(): void {
    const taken = LAYOUT.taken(this.#block);
    if (this.#words.add(taken, this.#taken) + this.#taken === BLOCK_REQUESTS) {
      this.#words.notify(taken, 1);
    }
  }

  #awaitBlock(): boolean {
    for (;;) {
      const published = this.#words.load(LAYOUT.published);
      if (this.#words.load(LAYOUT.stopped) === 1) return false;
      if (published > this.#block) return true;
      // The end is told before the last block is published: only the total says what still comes.
      if (this.#remaining() <= 0) return false;
      this.#waited = true;
      this.#words.wait(LAYOUT.published, published, STOP_CHECK_MS);
    }
  }

  /** Requests of the stream from this chunk on, as far as the end is known. */
  #remaining(): number {
    if (this.#words.load(LAYOUT.ended) === 0) return Number.POSITIVE_INFINITY;
    return this.#words.load(LAYOUT.total) - this.#block * BLOCK_REQUESTS - this.#index;
  }
}
