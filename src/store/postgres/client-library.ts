import type pg from 'pg';

/** Loads the client of PostgreSQL when the first connection is opened: who sells from memory needs none. */
export async function loadPg(): Promise<typeof pg> {
  return (await import('pg')).default;
}
