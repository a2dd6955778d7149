// Not the whole package, which loads six more generators and node:crypto: in every thread, a tenth of its start.
import alea from 'seedrandom/lib/alea.js';

/** A seeded source of uniform numbers in [0, 1). */
export interface Random {
  /** 32 random bits: enough to choose among few, and the cheapest. */
  readonly next: () => number;
  /** 53 random bits: to choose among many. */
  readonly nextDouble: () => number;
}

/**
 * The stream of randomness for one concern of one seed.
 *
 * Each concern (arrivals, popularity, ...) draws from a stream of its own, so that changing how one
 * is drawn leaves the others as they were.
 */
export function randomStream(seed: string, concern: string): Random {
  const draw = alea(`${seed}/${concern}`);
  return { next: draw, nextDouble: () => draw.double() };
}

/** In random order, each order as likely (Fisher and Yates; Durstenfeld, CACM 1964). */
export function shuffled<Item>(items: readonly Item[], { nextDouble }: Random): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = Math.floor(nextDouble() * (last + 1));
    [order[last], order[chosen]] = [order[chosen] as Item, order[last] as Item];
  }
  return order;
}
