import { SEARCH_DEFAULTS } from '../src/explore/defaults.ts';
import { type LockKind, lockProgram } from '../src/explore/lock-program.ts';
import { LOCKS } from '../src/explore/locks.ts';
import { NO_FAULTS } from '../src/explore/moves.ts';
import type { Program } from '../src/explore/program.ts';
import { saleProgram } from '../src/explore/sale-program.ts';
import {
  type SearchOptions,
  searchSchedules,
  type TimedSearch,
} from '../src/explore/search-schedules.ts';
import { resolveSale, smallSale } from '../src/explore/terms.ts';
import { formatCount } from '../src/report/format.ts';
import { catalog } from '../src/store/catalog.ts';
import type { Strategy } from '../src/store/strategy.ts';
import { type Cell, inRounds, type Section } from './section.ts';

/** What is explored, and how; each search ends by itself unless it is limited here. */
interface Case {
  readonly name: string;
  readonly program: () => Program;
  readonly options: Partial<SearchOptions>;
}

const ROUNDS = 3;
const SEARCH_MS = 5000;
const SMOKE_MS = 100;
const MIB = 2 ** 20;

/** How far the explorer gets, and how fast: each search on its own. */
export async function explorerSection(smoke: boolean): Promise<Section> {
  const rows: Cell[][] = [];
  for (const { name, program, options } of cases(smoke)) {
    const searches: TimedSearch[] = [];
    for (let round = 0; round < (smoke ? 1 : ROUNDS); round++) {
      const faults = NO_FAULTS;
      const made = await searchSchedules(program(), { ...SEARCH_DEFAULTS, faults, ...options });
      searches.push(made.at(-1) as TimedSearch);
    }
    const [first] = searches as [TimedSearch];
    rows.push([
      name,
      first.search,
      first.states > 0
        ? `${formatCount(first.states)} states`
        : `${formatCount(first.schedules)} schedules`,
      inRounds(
        'ns',
        searches.map(({ durationMs }) => durationMs * 1e6),
      ),
      inRounds(
        'per second',
        searches.map(({ steps, durationMs }) => (steps / durationMs) * 1000),
      ),
      first.stoppedBy === undefined ? 'finished' : `stopped by ${first.stoppedBy}`,
    ]);
  }
  return {
    title: `Explorer: ${smoke ? 1 : ROUNDS} rounds`,
    headings: ['what', 'search', 'seen', 'time: median (min-max)', 'steps/s', 'end'],
    rows,
  };
}

function cases(smoke: boolean): Case[] {
  const timeLimitMs = smoke ? SMOKE_MS : SEARCH_MS;
  const breadthFirst = { search: 'breadth-first' } as const;
  const small: Case[] = [
    {
      name: 'compare-and-swap, 4 clients, 1 ticket',
      program: () => sale('compare-and-swap', { clients: '4' }),
      options: breadthFirst,
    },
    {
      name: 'global-lock, 3 clients, 1 ticket',
      program: () => sale('global-lock', { clients: '3' }),
      options: breadthFirst,
    },
  ];
  const large: Case[] = [
    {
      name: 'single-writer, 2 clients, 2 reserves each',
      program: () => sale('single-writer', { tickets: '2', operations: '2' }),
      options: breadthFirst,
    },
    { name: 'rw-lock, 2 writers, 1 reader', program: readers, options: breadthFirst },
  ];
  const limited = (['source-dpor', 'preemption-bound', 'pct'] as const).map((search) => ({
    name: 'rw-lock, 2 writers, 1 reader',
    program: readers,
    options: { search, timeLimitMs, samples: smoke ? 100 : SEARCH_DEFAULTS.samples },
  }));
  const capped: Case = {
    name: 'global-lock, 4 clients, 64 MiB',
    program: () => sale('global-lock', { clients: '4' }),
    options: { ...breadthFirst, maxBytes: (smoke ? 1 : 64) * MIB },
  };
  return [...small, ...(smoke ? [] : large), ...limited, capped];
}

function readers(): Program {
  return lockProgram(lock('rw-lock'), { writers: 2, readers: 1, rounds: 1 });
}

function sale(strategy: string, fields: Readonly<Record<string, string>>): Program {
  const found = catalog.find(({ name }) => name === strategy) as Strategy;
  return saleProgram(found, smallSale(resolveSale(undefined, fields)), { used: false });
}

function lock(name: string): LockKind {
  return LOCKS.find((each) => each.name === name) as LockKind;
}
