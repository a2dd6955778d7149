import type { Records } from './records.ts';

/** Books beside a stock that lies in a store: what it takes to find out whether both say the same. */
export interface SharedRecords extends Records {
  /** Of these orders, those whose reservations take stock of the event of this number. */
  taking(event: number, orders: readonly number[]): Promise<ReadonlySet<number>>;
  /** How many tickets are held or sold that another run than this one has named, by the number of their event. */
  takenOutside(run: string): Promise<ReadonlyMap<number, number>>;
}

export function isShared(records: Records): records is SharedRecords {
  return 'taking' in records && 'takenOutside' in records;
}
