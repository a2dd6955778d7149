// The names that keys of sales begin with: for each, a key says whether the process that sells is alive.
import type { createClient } from 'redis';
import { isDead, ownSign, SALE_NAME, type Watchbook } from '../sign-of-life.ts';
import { loadRedis } from './client-library.ts';

/** Keys that are looked through, or removed, by one command. */
const CHUNK = 1000;
const SIGN = ':sign-of-life';

/** Writes the time by the clock of the server, beside whose sign it is. */
const GIVE = `
  local host, pid = ARGV[1], ARGV[2]
  return redis.call('SET', KEYS[1], redis.call('TIME')[1] .. ' ' .. pid .. ' ' .. host)`;

export const saleNames: Watchbook = {
  begin: (at, name) => giveSign(at, name),

  renew: (at, name) => giveSign(at, name),

  dead: (at) =>
    withClient(at, async (client) => {
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: `onsale_*${SIGN}`, COUNT: CHUNK })) {
        for (const key of keys) {
          const name = key.slice(0, -SIGN.length);
          if (SALE_NAME.test(name) && (await hasDied(client, key))) found.push(name);
        }
      }
      return found;
    }),

  remove: (at, name) =>
    withClient(at, async (client) => {
      for await (const keys of client.scanIterator({ MATCH: `${name}:*`, COUNT: CHUNK })) {
        if (keys.length > 0) await client.unlink(keys);
      }
    }),
};

function giveSign(at: string, name: string): Promise<void> {
  return withClient(at, async (client) => {
    const { host, pid } = ownSign();
    await client.eval(GIVE, { keys: [name + SIGN], arguments: [host, `${pid}`] });
  });
}

async function hasDied(client: Client, key: string): Promise<boolean> {
  const [sign, now] = await Promise.all([client.get(key), client.sendCommand<string[]>(['TIME'])]);
  const [seen, pid, host] = sign?.split(' ') ?? [];
  // Just removed by its own process.
  if (seen === undefined || host === undefined) return false;
  return isDead({ host, pid: Number(pid) }, (Number(now[0]) - Number(seen)) * 1000);
}

/** Opens one connection for what is done before and after a sale, and closes it. */
export async function withClient<Result>(
  at: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(at);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** A client without modules, functions and scripts of its own, which speaks the third version of the protocol. */
type Nothing = Record<string, never>;
type Client = ReturnType<typeof createClient<Nothing, Nothing, Nothing, 3>>;

async function connect(url: string): Promise<Client> {
  const redis = await loadRedis();
  const client: Client = redis.createClient({ url, socket: { reconnectStrategy: false } });
  // Whoever uses it hears of a broken connection by his command.
  client.on('error', () => {});
  await client.connect();
  return client;
}
