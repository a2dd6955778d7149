// Explores, in a thread that can be stopped, a strategy that waits in a loop without saying so.
import { parentPort, workerData } from 'node:worker_threads';
import type { SearchChoice } from '../../src/explore/search-schedules.ts';
import { exploreSale, reserve, saleOf, strategyOf } from './explored.ts';

const looping = strategyOf('loops for ever', ({ words, own }) => ({
  reserve() {
    while (words.load(own) === 0);
    return 0;
  },
}));

const { verdict, searches } = await exploreSale(looping, saleOf(1, [reserve()], [reserve()]), {
  search: workerData as SearchChoice,
  maxStates: 2000,
  timeLimitMs: 1000,
});
// A port to the parent thread has no origin to name.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage({ verdict, stoppedBy: searches.at(-1)?.stoppedBy });
