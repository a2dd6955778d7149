// The tables of the embedded database, and under which keys what is found. Values are JSON, so that what a file holds can be
// read without this program; lists that only point to a record have its id as their value.
import type { Database, RootDatabase } from 'lmdb';
import type { Credentials, KeptAnswer, Reservation, TicketEvent } from '../terms.ts';
import type { EventTotals } from './records.ts';

/** The version of all that follows. */
export const FORMAT = 1;
/** How many named tables a file may have. */
export const MAX_TABLES = 16;

/** Counters, and what tells the file from others. */
export type MetaKey = 'format' | 'run' | 'accounts' | 'events';

/** An answer under its name; what the name says is not kept twice. */
export type KeptRow = Pick<KeptAnswer, 'fingerprint' | 'status' | 'body' | 'atMs'>;

export interface Tables {
  readonly meta: Database<number, MetaKey>;
  readonly accounts: Database<Credentials, string>;
  /** The ids of accounts, by their names in small letters. */
  readonly accountNames: Database<string, string>;
  readonly events: Database<TicketEvent, string>;
  readonly totals: Database<EventTotals, string>;
  readonly reservations: Database<Reservation, string>;
  /** The ids of reservations, by their accounts. */
  readonly ofAccount: Database<string, string>;
  /** The ids of reservations that take stock, by their events. */
  readonly ofEvent: Database<string, string>;
  /** When holds end, with their ids. */
  readonly holds: Database<true, [endsAtMs: number, id: string]>;
  /** Answers by the names of their keys. */
  readonly kept: Database<KeptRow, string>;
  /** When answers were kept, with their names. */
  readonly keptAt: Database<true, [atMs: number, name: string]>;
}

export function openTables(root: RootDatabase): Tables {
  const json = { encoding: 'json' } as const;
  const lists = { dupSort: true, encoding: 'ordered-binary' } as const;
  return {
    meta: root.openDB('meta', json),
    accounts: root.openDB('accounts', json),
    accountNames: root.openDB('account-names', json),
    events: root.openDB('events', json),
    totals: root.openDB('totals', json),
    reservations: root.openDB('reservations', json),
    ofAccount: root.openDB('reservations-of-account', lists),
    ofEvent: root.openDB('reservations-of-event', lists),
    holds: root.openDB('holds', json),
    kept: root.openDB('kept', json),
    keptAt: root.openDB('kept-at', json),
  };
}
