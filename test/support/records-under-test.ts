// Every kind of records, each opened as a test needs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshName } from '../../src/base/fresh-name.ts';
import { EmbeddedRecords } from '../../src/service/records/embedded-records.ts';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import { PostgresRecords } from '../../src/service/records/postgres-records.ts';
import { DURABILITIES, type Durability, type Records } from '../../src/service/records/records.ts';
import { withClient } from '../../src/store/postgres/one-client.ts';

/** Books that begin empty, and may be closed and opened again. */
export interface Shelf {
  open(): Promise<Records>;
  remove(): Promise<void>;
}

export interface RecordsKind {
  readonly name: string;
  /** Whether what was kept is there when they are opened again. */
  readonly persists: boolean;
  /** Random sequences that are tried. */
  readonly runs: number;
  shelf(): Shelf;
}

export const MEMORY: RecordsKind = {
  name: 'in memory',
  persists: false,
  runs: 1,
  shelf: () => ({ open: async () => new MemoryRecords(), remove: async () => {} }),
};

export function embedded(durability: Durability): RecordsKind {
  return {
    name: `in a folder, ${durability}`,
    persists: true,
    runs: 15,
    shelf() {
      const folder = mkdtempSync(join(tmpdir(), 'onsale-records-'));
      return {
        open: () => EmbeddedRecords.open(folder, durability),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}

export const EMBEDDED: readonly RecordsKind[] = (Object.keys(DURABILITIES) as Durability[]).map(
  embedded,
);

/** @param url of a PostgreSQL server, once a test begins */
export function inPostgres(url: () => string): RecordsKind {
  return {
    name: 'in PostgreSQL',
    persists: true,
    runs: 10,
    shelf() {
      const schema = freshName('onsale_records');
      return {
        open: () => PostgresRecords.open(url(), { connections: 4, schema, durability: 'async' }),
        remove: () =>
          withClient({ connectionString: url() }, async (client) => {
            await client.query(`DROP SCHEMA ${schema} CASCADE`);
          }),
      };
    },
  };
}
