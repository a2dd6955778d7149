// One thread, and for each event a mutex of the package async-mutex, which is how one-threaded services keep what awaits
// in between from interleaving. Here nothing is awaited under the mutex: its own cost is what is left.
//
// Left out: other threads; the generator, its digest and the ring; all times and histograms; counts of clients and
// outcomes.
import { Mutex } from 'async-mutex';
import { SOLD_OUT } from '../../../src/store/strategy.ts';
import { type DesignTerms, type OpenDesign, serveInFlight } from './design.ts';

const IN_FLIGHT = 64;

export function openAsyncMutex({ sale, memory, tickets }: DesignTerms): OpenDesign {
  const stock = Array.from({ length: 2 * memory.events }, () => ({
    mutex: new Mutex(),
    remaining: tickets,
    issued: 0,
  }));
  const reserve = (event: number, quantity: number): Promise<number> => {
    const place = stock[event] as (typeof stock)[number];
    return place.mutex.runExclusive(() => {
      if (place.remaining < quantity) return SOLD_OUT;
      place.remaining -= quantity;
      place.issued += quantity;
      return place.issued - quantity;
    });
  };
  return {
    sell: ({ to, firstEvent }) =>
      serveInFlight(IN_FLIGHT, to, async (at) => {
        const { event, quantity } = sale.request(at);
        sale.answers[at] = await reserve(firstEvent + event, quantity);
      }),
    close: () => Promise.resolve(),
  };
}
