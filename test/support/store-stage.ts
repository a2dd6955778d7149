// A store for each rule of the contract.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../../src/audit/store-contract-rules.ts';
import { freshName } from '../../src/base/fresh-name.ts';
import { randomStream } from '../../src/base/random.ts';
import type { ServerUrls } from '../../src/servers/provide.ts';
import type { StoreStrategy } from '../../src/store/stored.ts';

/** A copy of the stock that lags behind does so by less. */
const SETTLED_MS = 40;

/** Has rules of the contract stock a strategy, and use it. */
export function stageOf(strategy: StoreStrategy, servers: ServerUrls = {}): Stage {
  return async (size, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'onsale-stage-'));
    const place = { name: freshName('onsale_test'), servers, folder };
    let self = 0;
    let works = 0;
    const lags = !strategy.promises.includes('noStaleRead');
    await strategy.prepare(place, size);
    try {
      await use({
        open: () =>
          strategy.open({
            place,
            size,
            self: self++,
            connections: 2,
            connectionWaitMs: 5000,
            contention: { retries: 0, waits: 0 },
            traffic: { roundTrips: 0, statements: 0 },
            work: async () => {
              works++;
            },
            random: randomStream('1', 'stage').next,
          }),
        readBack: () => strategy.readBack(place, size),
        settled: () => (lags ? sleep(SETTLED_MS) : Promise.resolve()),
        get works() {
          return works;
        },
      });
    } finally {
      await strategy.remove(place);
      await rm(folder, { recursive: true });
    }
  };
}
