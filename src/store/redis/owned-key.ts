// A key that one at a time may set, and that runs out by itself.
import type { RedisSession } from './redis-connections.ts';
import type { Script } from './script.ts';

const RELEASE: Script = {
  lua: `
    if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
    return 0`,
};

/**
 * Removes a key, if it is still this owner's. It never fails: what was done while the key was there is done, and what
 * could not be removed runs out.
 */
export async function release(session: RedisSession, key: string, owner: string): Promise<void> {
  try {
    await session.run(RELEASE, [key], [owner]);
  } catch {
    // It runs out.
  }
}
