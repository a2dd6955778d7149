// The gate of an outbox in Redis: counts that are changed only by what they are told, each telling once.

import type { RedisSession } from '../redis/redis-connections.ts';
import type { Script } from '../redis/script.ts';
import type { StorePlace } from '../stored.ts';

/** A change that PostgreSQL has committed. */
export interface Telling {
  readonly seq: string;
  readonly event: number;
  readonly change: number;
}

export function toldCountKey({ name }: StorePlace, event: number): string {
  return `${name}:told:${event}`;
}

function heardKey({ name }: StorePlace): string {
  return `${name}:heard`;
}

/** Changes a count, unless it has heard of this before. */
const TELL: Script = {
  lua: `
    local heard, prefix = KEYS[1], ARGV[1]
    if redis.call('EXISTS', heard) == 0 then return -1 end
    for at = 2, #ARGV, 3 do
      local seq, event, change = ARGV[at], ARGV[at + 1], ARGV[at + 2]
      if redis.call('SADD', heard, seq) == 1 then redis.call('INCRBY', prefix .. event, change) end
    end
    return 1`,
};

/** Tells the counts; false when there are none any more. */
export async function tell(
  session: RedisSession,
  place: StorePlace,
  tellings: readonly Telling[],
): Promise<boolean> {
  const args = tellings.flatMap(({ seq, event, change }) => [seq, event, change]);
  const prefix = toldCountKey(place, 0).slice(0, -1);
  return (await session.run(TELL, [heardKey(place)], [prefix, ...args])) === 1;
}

/** Forgets tellings that will not be told again. */
export async function forget(
  session: RedisSession,
  place: StorePlace,
  tellings: readonly Telling[],
): Promise<void> {
  await session.send('SREM', heardKey(place), ...tellings.map(({ seq }) => seq));
}

/** Whether there are counts; a store that was emptied has none. */
export async function isBuilt(session: RedisSession, place: StorePlace): Promise<boolean> {
  return (await session.send('EXISTS', heardKey(place))) === 1;
}

/** Makes the counts, of which all tellings are still to come. */
export async function build(
  session: RedisSession,
  place: StorePlace,
  counts: readonly number[],
): Promise<void> {
  const pairs = counts.flatMap((count, event) => [toldCountKey(place, event), `${count}`]);
  await session.transaction([
    ['DEL', heardKey(place)],
    ['MSET', ...pairs],
    // An empty set would not exist.
    ['SADD', heardKey(place), 'built'],
  ]);
}
