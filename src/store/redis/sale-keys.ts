// The keys of a sale: all of them begin with its name.
import type { StockSize, StoredGrant, StoredSale, StorePlace, StoreStrategy } from '../stored.ts';
import { saleNames, withClient } from './sale-names.ts';

/** The keys of one event. */
export interface EventKeys {
  /** Tickets that remain. */
  readonly left: string;
  /** The next serial. */
  readonly next: string;
  /** Who holds what, of all events: `event/ticket` to `id quantity client`. */
  readonly grants: string;
  /** Orders that were served, of all events: their ids to their tickets. */
  readonly orders: string;
  /** Who sells, where only one may. */
  readonly lock: string;
  /** How often that was somebody else. */
  readonly fence: string;
}

export function keysOf({ name }: StorePlace, event: number): EventKeys {
  return {
    left: `${name}:left:${event}`,
    next: `${name}:next:${event}`,
    grants: `${name}:grants`,
    orders: `${name}:orders`,
    lock: `${name}:lock:${event}`,
    fence: `${name}:fence:${event}`,
  };
}

/** Events that are stocked or read by one command. */
const CHUNK = 1000;

async function stockKeys(place: StorePlace, { events, tickets }: StockSize): Promise<void> {
  await withClient(urlOf(place), async (client) => {
    for (let first = 0; first < events; first += CHUNK) {
      const pairs: Record<string, string> = {};
      for (let event = first; event < Math.min(events, first + CHUNK); event++) {
        const { left, next } = keysOf(place, event);
        pairs[left] = `${tickets}`;
        pairs[next] = '0';
      }
      await client.mSet(pairs);
    }
  });
}

async function readKeys(place: StorePlace, { events }: StockSize): Promise<StoredSale> {
  return withClient(urlOf(place), async (client) => {
    const remaining: number[] = [];
    for (let first = 0; first < events; first += CHUNK) {
      const count = Math.min(CHUNK, events - first);
      const keys = Array.from({ length: count }, (_, at) => keysOf(place, first + at).left);
      for (const text of await client.mGet(keys)) remaining.push(Number(text));
    }
    const grants = await client.hGetAll(keysOf(place, 0).grants);
    return { remaining, grants: Object.entries(grants).map(grantOf) };
  });
}

function grantOf([place, holding]: readonly [string, string]): StoredGrant {
  const [event, ticket] = place.split('/').map(Number) as [number, number];
  const [id, quantity, client] = holding.split(' ').map(Number) as [number, number, number];
  return { id, event, ticket, quantity, client };
}

function urlOf({ servers }: StorePlace): string {
  return servers.redis as string;
}

/** What all strategies on these keys have in common. */
export const ON_KEYS: Pick<
  StoreStrategy,
  'family' | 'needs' | 'durability' | 'prepare' | 'readBack' | 'remove'
> = {
  family: 'redis',
  needs: ['redis'],
  durability:
    'in memory when it is acknowledged, on disk as appendfsync of the server has it: the last second may be lost',
  prepare: (place, size) => stockKeys(place, size),
  readBack: (place, size) => readKeys(place, size),
  remove: (place) => saleNames.remove(urlOf(place), place.name),
};
