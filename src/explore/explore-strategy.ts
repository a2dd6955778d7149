import { loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import { SEARCH_DEFAULTS } from './defaults.ts';
import type { Exploration } from './exploration.ts';
import { explore } from './explore.ts';
import { NO_FAULTS } from './moves.ts';
import type { SearchOptions } from './search-schedules.ts';
import { resolveSale, smallSale } from './terms.ts';

export interface ExploreRequest extends Partial<SearchOptions> {
  /** A strategy, or the name or module of one. */
  readonly strategy: string | Strategy;
  /** A preset. */
  readonly scenario?: string | undefined;
  /** Numbers of the sale by the names of their flags, such as `{ clients: '3', tickets: '2' }`. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** Runs this one schedule instead of searching. */
  readonly schedule?: string | undefined;
}

/**
 * Runs a strategy through every interleaving of a small sale, as `sim explore` does.
 * @throws InputError when there is no such strategy, it cannot be explored, or a value is not allowed
 */
export async function exploreStrategy(request: ExploreRequest): Promise<Exploration> {
  const { strategy, scenario, fields = {}, schedule, ...search } = request;
  const loaded = typeof strategy === 'string' ? await loadStrategy(strategy) : strategy;
  const sale = smallSale(resolveSale(scenario, fields));
  return explore(
    { kind: 'strategy', strategy: loaded, sale },
    {
      ...SEARCH_DEFAULTS,
      faults: NO_FAULTS,
      ...search,
      schedule,
    },
  );
}
