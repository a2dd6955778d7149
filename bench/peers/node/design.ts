import type { Part, PeerSale, SaleMemory } from './peer-sale.ts';

/** A way to sell, ready to do so. */
export interface OpenDesign {
  /** Answers every request of a part. */
  sell(part: Part): Promise<void>;
  close(): Promise<void>;
}

export interface DesignTerms {
  readonly sale: PeerSale;
  readonly memory: SaleMemory;
  readonly tickets: number;
  readonly threads: number;
}

export type Design = (terms: DesignTerms) => OpenDesign | Promise<OpenDesign>;

/**
 * Serves requests from one thread, so many at a time: as soon as one is answered, the next begins.
 */
export async function serveInFlight(
  count: number,
  requests: number,
  serve: (place: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < requests) await serve(next++);
  };
  await Promise.all(Array.from({ length: count }, lane));
}
