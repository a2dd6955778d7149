import { RingReader } from '../generator/ring.ts';
import { chunkOf } from './chunk.ts';
import type { SellTask } from './protocol.ts';
import { sellAll } from './sell-all.ts';
import { takePart } from './seller-thread.ts';

/** Sells as one thread of the crew, to the end of the stream. */
export async function sell(task: SellTask): Promise<void> {
  const { privateSales } = task.warmUp;
  const { warmUp } = privateSales > 0 ? await import('./private-sale.ts') : COLD;
  return takePart(task, {
    warmUps: privateSales,
    settles: true,
    warmUp: (strategy, sale) => warmUp(task, strategy, sale),
    sell: (seller, { ring }) => sellAll(seller, new RingReader(ring, chunkOf(task.plan))),
  });
}

const COLD = { warmUp(): void {} };
