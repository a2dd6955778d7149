// What the threads of a sale have to know of the service beside its URL: kept in the sale's own folder.
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorePlace } from '../stored.ts';

export interface SaleFile {
  /** The service's ids of the events on sale, in the order of their numbers here. */
  readonly events: readonly string[];
  /** Whether they were made for this sale. */
  readonly made: boolean;
  /** What the adapter's `setUp` answered with: log-ins, so nobody else may read it. */
  readonly session: unknown;
}

const NAME = 'service.json';

export async function writeSaleFile({ folder }: StorePlace, sale: SaleFile): Promise<void> {
  const path = join(folder, NAME);
  await writeFile(`${path}.new`, JSON.stringify(sale), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined where nothing was written yet. */
export async function readSaleFile({ folder }: StorePlace): Promise<SaleFile | undefined> {
  const path = join(folder, NAME);
  if (!existsSync(path)) return undefined;
  return JSON.parse(await readFile(path, 'utf8')) as SaleFile;
}
