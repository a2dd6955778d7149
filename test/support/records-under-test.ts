// Every kind of records, each opened as a test needs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedRecords } from '../../src/service/records/embedded-records.ts';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import { DURABILITIES, type Durability, type Records } from '../../src/service/records/records.ts';

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
    runs: 40,
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
