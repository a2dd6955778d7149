// One Piscina task for each request, the stock in shared memory: how a service would put a pool of threads behind a
// function. The thread that gets the task reserves with a compare-and-swap loop.
//
// Left out: the generator, its digest and the ring; all times and histograms; counts of clients and outcomes.
import { Piscina } from 'piscina';
import { type DesignTerms, type OpenDesign, serveInFlight } from './design.ts';
import type { PiscinaTask } from './piscina-worker.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const WORKER_URL = new URL('./piscina-worker.js', import.meta.url).href;

/** Enough that no thread waits for its next task; with more, the queue only becomes longer. */
const IN_FLIGHT_A_THREAD = 32;

export function openPiscina({ sale, memory, threads }: DesignTerms): OpenDesign {
  const pool = new Piscina({
    filename: WORKER_URL,
    minThreads: threads,
    maxThreads: threads,
    workerData: memory,
  });
  return {
    sell: ({ to, firstEvent }) =>
      serveInFlight(threads * IN_FLIGHT_A_THREAD, to, async (place) => {
        const { event, quantity } = sale.request(place);
        const task: PiscinaTask = { event: firstEvent + event, quantity };
        sale.answers[place] = (await pool.run(task)) as number;
      }),
    close: () => pool.destroy(),
  };
}
