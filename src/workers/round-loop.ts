import { busyFor } from '../base/clock.ts';
import { emptyRequest, KIND, type KindName } from '../generator/request.ts';
import type { RoundTerms } from './protocol.ts';
import { type Seller, server } from './reserve-loop.ts';

/** What one thread needs to sell in rounds with the others. */
export interface RoundContext {
  /** Waits for all others; false when the run was stopped. */
  readonly meet: () => boolean;
  /** How long this thread waits after the release, round by round, over and over. */
  readonly delaysNs: Uint32Array;
  /** Where it leaves when it began and ended each round: two entries a round. */
  readonly spans: Float64Array;
}

/** How often each thread asks for a ticket of an event, so that together they ask for more than there are. */
function asksOf({ tickets, threads }: Pick<RoundTerms, 'tickets' | 'threads'>): number {
  return Math.ceil(tickets / threads) + 1;
}

/** The most requests that one thread makes. */
export function requestsOf(terms: RoundTerms): number {
  return terms.rounds * asksOf(terms) * (terms.cancels ? 3 : 1);
}

/**
 * Sells one event after the other as one of the threads, which meet before each. Requests go the way
 * of all requests: what the audit is told is recorded as in any sale.
 */
export function roundLoop(seller: Seller, terms: RoundTerms, context: RoundContext): void {
  const { clock, self } = seller;
  const { meet, delaysNs, spans } = context;
  const serve = server(seller);
  const request = { ...emptyRequest(), client: self, quantity: 1 };
  const asks = asksOf(terms);
  const ask = (kind: KindName, nowNs: number): number => {
    request.kind = KIND[kind];
    return serve(request, nowNs);
  };
  for (let round = 0; round < terms.rounds && meet(); round++) {
    const delayNs = delaysNs[round % delaysNs.length] as number;
    if (delayNs > 0) busyFor(clock, delayNs);
    request.event = round;
    const startNs = clock.now();
    let nowNs = startNs;
    // Each return races with the sales and returns of the others. After that everybody only buys, so
    // that at the end all is sold.
    if (terms.cancels) {
      for (let i = 0; i < asks; i++) nowNs = ask('cancel', ask('reserve', nowNs));
    }
    for (let i = 0; i < asks; i++) nowNs = ask('reserve', nowNs);
    spans[2 * round] = startNs;
    spans[2 * round + 1] = nowNs;
  }
}
