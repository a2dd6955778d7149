import { availableParallelism } from 'node:os';

/**
 * Requests that each seller serves on private sales before the real one opens, so that the compiler
 * has done its work by then: the loop's code is optimised after a few thousand.
 */
const WARM_UP_REQUESTS = 20_000;
/**
 * How many private sales: code optimised for one sale's objects is thrown away when the next sale
 * brings others, until the compiler expects that. With one round the opening of a sale ran at a third
 * of its speed.
 */
const WARM_UP_ROUNDS = 5;
/** The least that makes a round worth while, when many threads share few processors. */
const WARM_UP_REQUESTS_MIN = 2000;
/**
 * A sale of less than a thousand requests is rehearsed with as many times its own, and no more: of a few requests no
 * percentile means anything, and whoever wants to see what they do should not wait for the compiler.
 */
const WARM_UP_FOLD = 20;

/** What a thread does before the sale opens, so that the compiler has done its work: never measured. */
export interface WarmUp {
  /** Sales that it serves on its own, each until half of its requests find nothing left. */
  readonly privateSales: number;
  readonly requestsEach: number;
}

/** None: the first requests of the sale then wait for the compiler, which only their times tell. */
export const NO_WARM_UP: WarmUp = { privateSales: 0, requestsEach: 0 };

/** The warm-up of each of so many sellers, for a sale of so many requests: fixed beforehand, whatever the strategy. */
export function warmUpOf(threads: number, requests: number): WarmUp {
  const share = Math.min(1, availableParallelism() / threads);
  const wanted = Math.max(WARM_UP_REQUESTS_MIN, Math.round(WARM_UP_REQUESTS * share));
  return { privateSales: WARM_UP_ROUNDS, requestsEach: Math.min(wanted, requests * WARM_UP_FOLD) };
}
