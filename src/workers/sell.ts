import { RingReader } from '../generator/ring.ts';
import { chunkOf } from './chunk.ts';
import { warmUp } from './private-sale.ts';
import type { SellTask } from './protocol.ts';
import { sellAll } from './sell-all.ts';
import { takePart } from './seller-thread.ts';

/** Sells as one thread of the crew, to the end of the stream. */
export function sell(task: SellTask): Promise<void> {
  return takePart(task, {
    warmUps: task.warmUp.privateSales,
    settles: true,
    warmUp: (strategy, sale) => warmUp(task, strategy, sale),
    sell: (seller, { ring }) => sellAll(seller, new RingReader(ring, chunkOf(task.plan))),
  });
}
