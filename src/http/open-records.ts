import { MemoryRecords } from '../service/records/memory-records.ts';
import type { Records } from '../service/records/records.ts';
import type { Keeping } from './settings.ts';

/** For the books of one server. */
const CONNECTIONS = 10;
/** No sale of the lab has such a name, so none of those who clear up takes it for a leftover. */
const SCHEMA = 'onsale_books';

/** Opens the books where they are kept. A database is loaded only by who has one: it takes time, and may be missing. */
export async function openRecords(keeping: Keeping): Promise<Records> {
  if (keeping.kind === 'memory') return new MemoryRecords();
  if (keeping.kind === 'folder') {
    const { EmbeddedRecords } = await import('../service/records/embedded-records.ts');
    return EmbeddedRecords.open(keeping.folder, keeping.durability);
  }
  const { openSharedPostgres } = await import('../service/records/postgres/shared.ts');
  const place = { connections: CONNECTIONS, schema: SCHEMA, durability: 'fsync' } as const;
  return openSharedPostgres(keeping.url, place);
}
