import type { SearchOptions } from './search-schedules.ts';

const MIB = 2 ** 20;

/** How a search is limited where nothing else is said. */
export const SEARCH_DEFAULTS: Omit<SearchOptions, 'faults' | 'signal' | 'onProgress'> = {
  search: 'auto',
  maxStates: 5_000_000,
  maxBytes: 1024 * MIB,
  timeLimitMs: 60_000,
  preemptions: 3,
  samples: 100_000,
  seed: '42',
};
