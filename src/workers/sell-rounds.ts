import { availableParallelism } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { randomStream } from '../base/random.ts';
import type { Strategy } from '../store/strategy.ts';
import { Barrier } from './barrier.ts';
import type { RoundsTask, SalePlan } from './protocol.ts';
import { requestsOf, roundLoop } from './round-loop.ts';
import { allocateSale, attachSale } from './sale-memory.ts';
import { sellAt, spinsIn, takePart } from './seller-thread.ts';

/** As for a stream; see `warm-up.ts`. */
const WARM_UP_REQUESTS = 10_000;
const WARM_UPS = 3;
const WARM_UP_ROUNDS_MIN = 10;

/**
 * Threads that are released together and do the same would take the same steps at the same time, round
 * after round. So in every other round, on average, each is late by up to the time of a request.
 */
const DELAY_MAX_NS = 400;
/** Rounds until the delays begin anew. A prime, so that no pattern of the rounds meets it. */
const DELAYS = 1021;

/** Sells the last tickets of one event after the other, as one of the threads that race for them. */
export function sellRounds(task: RoundsTask): Promise<void> {
  const { worker, terms, gate, spans, seed, warmsUp } = task;
  return takePart(task, {
    warmUps: warmsUp ? WARM_UPS : 0,
    // Which round somebody was refused in would be forgotten.
    settles: false,
    warmUp: (strategy) => warmUp(task, strategy),
    sell(seller, sale) {
      const { control, crew } = sale;
      const abandoned = (): boolean => control.stopped || crew.firstDead() >= 0;
      const barrier = Barrier.attach(gate, {
        count: terms.threads,
        atOnce: availableParallelism(),
        spins: spinsIn(sale),
        abandoned,
      });
      roundLoop(seller, terms, {
        meet: () => barrier.meet(),
        delaysNs: drawDelays(seed, worker),
        spans: new Float64Array(spans[worker] as SharedArrayBuffer),
      });
    },
  });
}

function drawDelays(seed: string, worker: number): Uint32Array {
  const { next } = randomStream(seed, `delays of worker ${worker}`);
  return Uint32Array.from({ length: DELAYS }, () =>
    Math.max(0, Math.round((2 * next() - 1) * DELAY_MAX_NS)),
  );
}

/** Sells some rounds of a private sale, with nobody else there. */
function warmUp(
  { plan, epoch, terms: { tickets, cancels } }: RoundsTask,
  strategy: Strategy,
): void {
  const one = { rounds: 1, tickets, threads: 1, cancels };
  const rounds = Math.max(WARM_UP_ROUNDS_MIN, Math.ceil(WARM_UP_REQUESTS / requestsOf(one)));
  const terms = { ...one, rounds };
  const ownPlan: SalePlan = {
    ...plan,
    events: rounds,
    clients: 1,
    threads: 1,
    requests: requestsOf(terms),
    workInsideNs: 0,
    warmsUp: true,
  };
  const memory = allocateSale(ownPlan, strategy);
  const sale = attachSale(memory, ownPlan, strategy);
  const place = { self: 0, plan: ownPlan, strategy, sale, memory, settles: false };
  sellAt({ ...place, clock: systemClock(epoch) }, (seller) => {
    const alone = { count: 1, atOnce: 1, spins: false, abandoned: () => false };
    const barrier = Barrier.attach(Barrier.allocate(), alone);
    roundLoop(seller, terms, {
      meet: () => barrier.meet(),
      delaysNs: new Uint32Array(1),
      spans: new Float64Array(2 * rounds),
    });
  });
}
