import type { Keeping } from './settings.ts';

/** What sells best where nobody says by what to sell. */
export function defaultStrategy(keeping: Keeping): string {
  if (keeping.kind !== 'postgres') return 'compare-and-swap';
  return keeping.redis === undefined ? 'pg-update' : 'redis-pg';
}
