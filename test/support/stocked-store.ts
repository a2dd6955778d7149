// A store that is stocked for a test which sells from it itself, without threads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshName } from '../../src/base/fresh-name.ts';
import { randomStream } from '../../src/base/random.ts';
import type { StockSize, StoreContext, StorePlace, StoreStrategy } from '../../src/store/stored.ts';

/** Stocks a store under a name of its own. */
export async function stock(
  strategy: StoreStrategy,
  size: StockSize,
  servers: StorePlace['servers'],
): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'onsale-store-'));
  const place = { name: freshName('onsale_test'), servers, folder };
  try {
    await strategy.prepare(place, size);
    return place;
  } catch (error) {
    await clear(strategy, place);
    throw error;
  }
}

/** Removes what was put there. */
export async function clear(strategy: StoreStrategy, place: StorePlace): Promise<void> {
  await strategy.remove(place);
  await rm(place.folder, { recursive: true });
}

/** Stocks a store, has it used, and removes what was put there. */
export async function withStore<Result>(
  strategy: StoreStrategy,
  size: StockSize,
  servers: StorePlace['servers'],
  use: (place: StorePlace) => Promise<Result>,
): Promise<Result> {
  const place = await stock(strategy, size, servers);
  try {
    return await use(place);
  } finally {
    await clear(strategy, place);
  }
}

/** What a seller of a test works with. */
export function contextOf(
  place: StorePlace,
  size: StockSize,
  given: Partial<StoreContext> = {},
): StoreContext {
  return {
    place,
    size,
    self: 0,
    connections: 2,
    connectionWaitMs: 5000,
    settleMs: 8000,
    contention: { retries: 0, waits: 0 },
    traffic: { roundTrips: 0, statements: 0 },
    work: () => Promise.resolve(),
    random: randomStream('1', 'store test').next,
    ...given,
  };
}
