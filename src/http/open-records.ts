import { InputError } from '../base/errors.ts';
import { MemoryRecords } from '../service/records/memory-records.ts';
import type { Records } from '../service/records/records.ts';
import type { Keeping } from './settings.ts';

/** Opens the books where they are kept. */
export async function openRecords(keeping: Keeping): Promise<Records> {
  if (keeping.kind === 'memory') return new MemoryRecords();
  throw new InputError(`books cannot be kept in a ${keeping.kind}`);
}
