// What a seller warms up with.
import { systemClock } from '../base/clock.ts';
import { invariant } from '../base/invariant.ts';
import { produce } from '../generator/produce.ts';
import { RingReader, RingWriter } from '../generator/ring.ts';
import { BLOCK_REQUESTS, RING_BLOCKS } from '../generator/ring-layout.ts';
import { openStream } from '../generator/stream.ts';
import type { Strategy } from '../store/strategy.ts';
import { chunkOf } from './chunk.ts';
import type { SellTask } from './protocol.ts';
import { rehearsalOf } from './rehearsal.ts';
import { type RealSale, saleOn, stageRehearsal } from './sale-memory.ts';
import { sellAll } from './sell-all.ts';
import { sellAt } from './seller-thread.ts';

/** Runs the whole loop on a sale of its own, half of it until the stock is gone. */
export function warmUp(task: SellTask, strategy: Strategy, { words }: RealSale): void {
  const { plan, epoch, stream, worker } = task;
  const requests = task.warmUp.requestsEach;
  const ownPlan = rehearsalOf(plan, requests);
  const { events, clients } = ownPlan;
  const { tracePath: _, ...synthetic } = stream;
  const source = openStream({
    ...synthetic,
    requests,
    arrivals: { kind: 'unpaced' },
    demand: { ...stream.demand, events, clients },
  });
  invariant(requests <= RING_BLOCKS * BLOCK_REQUESTS, 'a warm-up fits into the ring');
  const memory = stageRehearsal(task.memory, worker, ownPlan, strategy, words);
  const sale = saleOn(words, memory, ownPlan, strategy);
  produce(source, new RingWriter(sale.ring));
  const place = { self: 0, plan: ownPlan, strategy, sale, memory, settles: true };
  sellAt({ ...place, clock: systemClock(epoch) }, (seller) => {
    sellAll(seller, new RingReader(sale.ring, chunkOf(ownPlan)));
  });
}
