import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { REQUEST_BYTES } from './request.ts';
import type { RingWriter } from './ring.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS, RING_BLOCKS } from './ring-layout.ts';
import type { RequestSource } from './source.ts';

/** What was produced. */
export interface Produced {
  readonly requests: number;
  /** SHA-256 of all records in order, in hexadecimal. */
  readonly digest: string;
}

/** How a stream without a fixed number of requests ends. */
export interface Deadline {
  readonly clock: Clock;
  /** The time to end at; asked for each block, since the run may not have begun yet. */
  readonly endNs: () => number;
}

/** Sees every block on its way into the ring. */
export interface BlockObserver {
  write(bytes: Uint8Array): void;
}

export interface ProduceOptions {
  readonly observer?: BlockObserver | undefined;
  readonly deadline?: Deadline | undefined;
  /** Called once, when as much is ready as may lie ahead. */
  readonly ready?: () => void;
}

/** Blocks to keep ahead of the readers at first, when there is a deadline. */
const FIRST_WINDOW = 2;

/**
 * Moves requests from `source` into the ring until either ends.
 *
 * Without a deadline it runs as far ahead as the ring holds. With one, what lies in the ring when it
 * passes still has to be sold, so it keeps only as much ahead as readers have shown to need: a few
 * blocks at first, twice as many whenever a reader had to wait.
 */
export function produce(
  source: RequestSource,
  ring: RingWriter,
  { observer, deadline, ready }: ProduceOptions = {},
): Produced {
  const hash = createHash('sha256');
  const block = new Int32Array(BLOCK_WORDS);
  const bytes = new Uint8Array(block.buffer);
  const firstWindow = deadline ? FIRST_WINDOW : RING_BLOCKS;
  let window = firstWindow;
  let requests = 0;
  let count = BLOCK_REQUESTS;
  for (let blocks = 1; count === BLOCK_REQUESTS && ring.awaitSlot(window); blocks++) {
    const over = deadline !== undefined && deadline.clock.now() >= deadline.endNs();
    count = over ? 0 : source.fill(block);
    const filled = bytes.subarray(0, count * REQUEST_BYTES);
    hash.update(filled);
    observer?.write(filled);
    if (ring.publish(block, count) > 0) window = Math.min(RING_BLOCKS, window * 2);
    requests += count;
    const last = count < BLOCK_REQUESTS;
    if (blocks === firstWindow || (last && blocks < firstWindow)) ready?.();
  }
  return { requests, digest: hash.digest('hex') };
}
