import { Connections } from '../postgres/connections.ts';
import { openShared, type RedisConnections } from '../redis/redis-connections.ts';
import type { StoreContext } from '../stored.ts';

/** The connections of one thread to both servers. */
export interface Both {
  readonly tables: Connections;
  readonly keys: RedisConnections;
}

/** Opens both, one after the other, so that none is left open when the other cannot be opened. */
export async function openBoth(context: StoreContext): Promise<Both> {
  const tables = await Connections.open(context);
  try {
    return { tables, keys: await openShared(context) };
  } catch (error) {
    await tables.close();
    throw error;
  }
}
