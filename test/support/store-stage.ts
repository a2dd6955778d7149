// Stages for the rules that every strategy keeps whose stock lies in a store.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Stage } from '../../src/audit/store-contract-rules.ts';
import type { ServerUrls } from '../../src/servers/provide.ts';
import type { StorePlace, StoreReserver, StoreStrategy } from '../../src/store/stored.ts';
import { contextOf, withStore } from './stocked-store.ts';

const LOOK_AGAIN_MS = 2;
/** Looks at a copy of the stock before it is given up: what is asked next then says what is wrong. */
const LOOKS = 1000;

export function stageOf(strategy: StoreStrategy, urls: () => ServerUrls): Stage {
  return (size, use) =>
    withStore(strategy, size, urls(), async (place) => {
      const gate = strategy.family === 'hybrid' ? await Gatekeeper.open(place) : undefined;
      let last: StoreReserver | undefined;
      let self = 0;
      let works = 0;
      const work = async (): Promise<void> => {
        works++;
      };
      try {
        await use({
          async open() {
            last = await strategy.open(
              contextOf(place, size, { self: self++, connections: 1, work }),
            );
            return last;
          },
          readBack: () => strategy.readBack(place, size),
          async settled() {
            if (last) await gate?.settled(last);
          },
          get works() {
            return works;
          },
        });
      } finally {
        await gate?.close();
      }
    });
}

/** Knows when a gate, which may lag behind, says what PostgreSQL says. */
class Gatekeeper {
  readonly #client: pg.Client;
  readonly #remaining: string;

  private constructor(client: pg.Client, { name }: StorePlace) {
    this.#client = client;
    this.#remaining = `SELECT remaining FROM ${name}.stock ORDER BY event`;
  }

  static async open(place: StorePlace): Promise<Gatekeeper> {
    const client = new pg.Client({ connectionString: place.servers.postgres });
    await client.connect();
    return new Gatekeeper(client, place);
  }

  async settled(reserver: StoreReserver): Promise<void> {
    const { rows } = await this.#client.query<{ remaining: number }>(this.#remaining);
    for (let look = 0; look < LOOKS; look++) {
      const counts = await Promise.all(rows.map((_, event) => reserver.available(event)));
      if (rows.every(({ remaining }, event) => remaining === counts[event])) return;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
