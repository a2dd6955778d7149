import type { RunResult, StoreUse } from '../../sim/result.ts';
import { formatCount } from '../format.ts';
import { describeDoubts, describeReadBack, describeServers, isInDoubt } from '../stores.ts';
import type { Section } from './page.ts';
import { type SortColumn, sentences, sortTable } from './table.ts';

interface Stored {
  readonly strategy: string;
  readonly store: StoreUse;
}

/** What sold from outside of memory keeps apart, keeps for good, and had in it at the end; no section where nothing did. */
export function storesSection(results: readonly RunResult[]): Section[] {
  const rows = results.flatMap(({ strategy, store }) => (store ? [{ strategy, store }] : []));
  if (rows.length === 0) return [];
  return [
    {
      id: 'stores',
      title: 'Stores',
      body: [
        sentences(describeServers(results).map((server) => `${server}.`)),
        sortTable({
          id: 'stores-table',
          caption: 'What each store promises, and whether it kept what it had acknowledged',
          columns: rows.some(({ store }) => isInDoubt(store.inDoubt))
            ? [...COLUMNS, IN_DOUBT]
            : COLUMNS,
          rows,
        }),
      ],
    },
  ];
}

const COLUMNS: readonly SortColumn<Stored>[] = [
  { heading: 'strategy', show: ({ strategy }) => strategy },
  { heading: 'family', show: ({ store }) => store.family },
  { heading: 'isolation', show: ({ store }) => store.isolation, prose: true },
  { heading: 'durability', show: ({ store }) => store.durability, prose: true },
  {
    heading: 'connections',
    title: 'to each server, of all threads together',
    show: ({ store }) => (store.servers.length === 0 ? '-' : formatCount(store.connections)),
    sortBy: ({ store }) => (store.servers.length === 0 ? null : store.connections),
  },
  {
    heading: 'read back',
    title: 'what lay in the store when all was over, against what clients were told',
    show: ({ store }) => describeReadBack(store),
    prose: true,
  },
];

const IN_DOUBT: SortColumn<Stored> = {
  heading: 'in doubt',
  title: 'requests that nobody knows the end of',
  show: ({ store }) => describeDoubts(store),
  prose: true,
};
