import type pg from 'pg';
import { loadPg } from './client-library.ts';

/** Opens one connection for what is done before and after a sale, and closes it. */
export async function withClient<Result>(
  config: pg.ClientConfig,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const { Client } = await loadPg();
  const client = new Client(config);
  // Whoever uses it hears of a broken connection by his statement.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
