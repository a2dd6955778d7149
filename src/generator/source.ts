import { type Demand, demandSource } from './demand.ts';
import type { Pacer } from './pacer.ts';
import { emptyRequest, REQUEST_WORDS, writeRequest } from './request.ts';
import { BLOCK_REQUESTS } from './ring-layout.ts';

/** Where requests come from, a block at a time. */
export interface RequestSource {
  /** Writes the next requests into `block`; how many. Fewer than a whole block means the end. */
  fill(block: Int32Array): number;
  close(): void;
}

/** Makes up `requests` requests. */
export function syntheticSource(
  pacer: Pacer,
  demand: Demand,
  seed: string,
  requests: number,
): RequestSource {
  const ask = demandSource(demand, seed);
  const request = emptyRequest();
  let left = requests;
  return {
    fill(block) {
      const count = Math.min(BLOCK_REQUESTS, left);
      for (let i = 0; i < count; i++) {
        request.intendedNs = pacer();
        ask(request);
        writeRequest(block, i * REQUEST_WORDS, request);
      }
      left -= count;
      return count;
    },
    close() {},
  };
}
