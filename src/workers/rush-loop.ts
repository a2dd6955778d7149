import { emptyRequest, KIND } from '../generator/request.ts';
import type { RingReader } from '../generator/ring.ts';
import { BLOCK_REQUESTS } from '../generator/ring-layout.ts';
import { SOLD_OUT } from '../store/strategy.ts';
import { outcomeOf, requireCount, requireSerials } from './answers.ts';
import { OUTCOME } from './outcome.ts';
import { NOTHING_HELD, type Seller } from './reserve-loop.ts';

/** Whether a request of this seller has nothing to wait for: no time of its own, no client, no other work. */
export function isRush({ model, clients, recording, workOutsideNs }: Seller): boolean {
  return model === 'saturating' && !clients && !recording && workOutsideNs === 0;
}

/**
 * As `reserveLoop`, for a seller in a rush (see {@link isRush}), with the strategy and the clock in one function that
 * the compiler can see whole. What became of a request is written down at once, since the audit relies on it also when
 * a thread dies; times are, when a chunk of requests is served: so they are no part of what is timed.
 */
export function rushLoop(
  seller: Seller,
  reader: Pick<RingReader, 'claim' | 'read' | 'release'>,
): void {
  const { recorder, clock, crew, self, reserver, tally, watch, ticketsPerEvent } = seller;
  const request = emptyRequest();
  const outcomes = new Uint8Array(BLOCK_REQUESTS);
  const endsNs = new Float64Array(BLOCK_REQUESTS);
  while (reader.claim()) {
    crew.pass(self);
    const beganNs = clock.now();
    let startNs = beganNs;
    let served = 0;
    try {
      while (reader.read(request)) {
        const { client, event, quantity, kind } = request;
        const asks = kind === KIND.reserve;
        let answer = SOLD_OUT;
        let suspect = false;
        if (asks) {
          recorder.asked(client);
          answer = reserver.reserve(event, quantity, client);
          // Before the end is stamped, as the tally requires.
          if (answer >= 0) tally.add(event, quantity);
          else if (answer === SOLD_OUT) suspect = ticketsPerEvent - tally.held(event) >= quantity;
        } else {
          requireCount(reserver.available(event));
        }
        const endNs = clock.now();
        if (answer >= 0) {
          requireSerials(answer, quantity);
          const times = { intendedNs: startNs, startNs, endNs };
          recorder.granted({ event, client, ticket: answer, quantity, ...times }, NOTHING_HELD);
        } else if (asks && answer === SOLD_OUT) {
          recorder.soldOut(event);
          if (suspect) watch.watch({ event, quantity, startNs, endNs });
        }
        const outcome = asks ? outcomeOf(answer) : OUTCOME.browsed;
        recorder.counted(outcome);
        outcomes[served] = outcome;
        endsNs[served++] = endNs;
        startNs = endNs;
      }
    } finally {
      recorder.timed(outcomes, beganNs, endsNs, served);
    }
    reader.release();
    crew.pass(self);
  }
}
