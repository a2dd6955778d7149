import { Layout, LINE_WORDS } from '../store/layout.ts';
import { REQUEST_WORDS } from './request.ts';

/** Requests in one block: the unit in which they are published, claimed and released. */
export const BLOCK_REQUESTS = 64;
/**
 * Blocks in the ring: 65,536 requests in 1 MiB. Enough to bridge some milliseconds in which the
 * generator has no processor, and small enough to stay in the second-level cache.
 */
export const RING_BLOCKS = 1024;

export const BLOCK_WORDS: number = BLOCK_REQUESTS * REQUEST_WORDS;

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

export const RING: RingLayout = new RingLayout();
