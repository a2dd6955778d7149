// The schemas of sales: each says in a table of its own whether the process that sells is alive.
import type pg from 'pg';
import { isDead, ownSign, SALE_NAME, type Watchbook } from '../sign-of-life.ts';
import { withClient } from './one-client.ts';

const SCHEMAS = `
  SELECT nspname AS name FROM pg_namespace
  WHERE nspname LIKE 'onsale\\_%' AND to_regclass(format('%I.sign_of_life', nspname)) IS NOT NULL`;

function to(at: string): pg.ClientConfig {
  return { connectionString: at, application_name: 'onsale' };
}

export const saleSchemas: Watchbook = {
  begin: (at, name) =>
    withClient(to(at), async (client) => {
      const { host, pid } = ownSign();
      // Sent together, it is one transaction: there is never a schema of a sale without a sign.
      await client.query(`
        CREATE SCHEMA ${name};
        CREATE TABLE ${name}.sign_of_life (host text, pid int, seen timestamptz);
        INSERT INTO ${name}.sign_of_life VALUES (${client.escapeLiteral(host)}, ${pid}, now())`);
    }),

  renew: (at, name) =>
    withClient(to(at), async (client) => {
      await client.query(`UPDATE ${name}.sign_of_life SET seen = now()`);
    }),

  dead: (at) =>
    withClient(to(at), async (client) => {
      const { rows } = await client.query<{ name: string }>(SCHEMAS);
      const names = rows.map(({ name }) => name).filter((name) => SALE_NAME.test(name));
      const found: string[] = [];
      for (const name of names) if (await hasDied(client, name)) found.push(name);
      return found;
    }),

  remove: (at, name) =>
    withClient(to(at), async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
    }),
};

interface Row {
  readonly host: string;
  readonly pid: number;
  readonly age: number;
}

async function hasDied(client: pg.Client, name: string): Promise<boolean> {
  const sign = `SELECT host, pid, extract(epoch FROM now() - seen)::float8 * 1000 AS age FROM ${name}.sign_of_life`;
  try {
    const { rows } = await client.query<Row>(sign);
    return rows.every(({ host, pid, age }) => isDead({ host, pid }, age));
  } catch {
    // Just removed by its own process, or somebody else's, which may not be read.
    return false;
  }
}
