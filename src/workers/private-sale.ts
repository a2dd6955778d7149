// What a seller warms up with. Apart from selling, since it takes all that makes a stream, which takes its time to load.
import { systemClock } from '../base/clock.ts';
import { invariant } from '../base/invariant.ts';
import { produce } from '../generator/produce.ts';
import { RingReader, RingWriter } from '../generator/ring.ts';
import { BLOCK_REQUESTS, RING_BLOCKS } from '../generator/ring-layout.ts';
import { openStream } from '../generator/stream.ts';
import type { Strategy } from '../store/strategy.ts';
import { chunkOf } from './chunk.ts';
import type { SalePlan, SellTask } from './protocol.ts';
import { allocateSale, attachSale } from './sale-memory.ts';
import { sellAll } from './sell-all.ts';
import { sellAt } from './seller-thread.ts';

/** Enough events to warm up with; more would only take memory. */
const WARM_UP_EVENTS_MAX = 1024;

/** Runs the whole loop on a sale of its own, half of it until the stock is gone. */
export function warmUp(task: SellTask, strategy: Strategy): void {
  const { plan, epoch, stream } = task;
  const requests = task.warmUp.requestsEach;
  const events = Math.min(plan.events, WARM_UP_EVENTS_MAX);
  const clients = Math.min(plan.clients, requests);
  const ownPlan: SalePlan = {
    ...plan,
    events,
    clients,
    threads: 1,
    requests,
    ticketsPerEvent: Math.ceil(requests / events / 2),
    model: plan.model === 'open' ? 'saturating' : plan.model,
    workInsideNs: 0,
    workOutsideNs: 0,
    expectedNs: 0,
    warmsUp: true,
  };
  const { tracePath: _, ...synthetic } = stream;
  const source = openStream({
    ...synthetic,
    requests,
    arrivals: { kind: 'unpaced' },
    demand: { ...stream.demand, events, clients },
  });
  invariant(requests <= RING_BLOCKS * BLOCK_REQUESTS, 'a warm-up fits into the ring');
  const memory = allocateSale(ownPlan, strategy);
  const sale = attachSale(memory, ownPlan, strategy);
  produce(source, new RingWriter(sale.ring));
  const place = { self: 0, plan: ownPlan, strategy, sale, memory, settles: true };
  sellAt({ ...place, clock: systemClock(epoch) }, (seller) => {
    sellAll(seller, new RingReader(sale.ring, chunkOf(ownPlan)));
  });
}
