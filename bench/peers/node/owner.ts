// One thread owns the stock, and nobody else touches it: sellers post it a message for each request and await the
// answer, as actors do. It needs neither locks nor shared memory.
//
// Left out: the generator, its digest and the ring (sellers claim 64 requests at a time from memory); all times and
// histograms; counts of clients and outcomes.
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { SOLD_OUT } from '../../../src/store/strategy.ts';
import type { DesignTerms, OpenDesign } from './design.ts';
import type { OwnerAnswer, OwnerRequest, SellerData } from './owner-seller.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const WORKER_URL = new URL('./owner-seller.js', import.meta.url);

export async function openOwner({ memory, tickets, threads }: DesignTerms): Promise<OpenDesign> {
  const remaining = new Int32Array(2 * memory.events).fill(tickets);
  const issued = new Int32Array(2 * memory.events);
  const reserve = (event: number, quantity: number): number => {
    if ((remaining[event] as number) < quantity) return SOLD_OUT;
    remaining[event] = (remaining[event] as number) - quantity;
    const ticket = issued[event] as number;
    issued[event] = ticket + quantity;
    return ticket;
  };
  const sellers = await Promise.all(
    Array.from({ length: threads }, async () => {
      const { port1, port2 } = new MessageChannel();
      serve(port1, reserve);
      const data: SellerData = { memory, port: port2 };
      const worker = new Worker(WORKER_URL, { workerData: data, transferList: [port2] });
      await once(worker, 'message');
      return { worker, port: port1 };
    }),
  );
  return {
    async sell(part) {
      const ends = sellers.map(({ worker }) => once(worker, 'message'));
      for (const { worker } of sellers) worker.postMessage(part);
      await Promise.all(ends);
    },
    async close() {
      for (const { port } of sellers) port.close();
      await Promise.all(sellers.map(({ worker }) => worker.terminate()));
    },
  };
}

function serve(port: MessagePort, reserve: (event: number, quantity: number) => number): void {
  port.on('message', ({ place, event, quantity }: OwnerRequest) => {
    const answer: OwnerAnswer = { place, ticket: reserve(event, quantity) };
    port.postMessage(answer);
  });
}
