import assert from 'node:assert/strict';
import type { Exploration } from '../../src/explore/exploration.ts';
import { type ExploreOptions, explore, type Subject } from '../../src/explore/explore.ts';
import type { LockKind, LockTerms } from '../../src/explore/lock-program.ts';
import type { ViolationKind } from '../../src/explore/program.ts';
import type { SaleOperation, SmallSale } from '../../src/explore/small-sale.ts';
import {
  PROMISES,
  type Reserver,
  type SaleContext,
  type Strategy,
  type StrategyPromise,
} from '../../src/store/strategy.ts';

export const ALL_PROMISES: readonly StrategyPromise[] = Object.keys(PROMISES) as StrategyPromise[];

export const OPTIONS: ExploreOptions = {
  search: 'breadth-first',
  faults: { crashes: 0, spurious: 0, timeOuts: 0 },
  maxStates: 3_000_000,
  maxBytes: 2 ** 29,
  timeLimitMs: 60_000,
  preemptions: 3,
  samples: 300,
  seed: '42',
};

export const CANCEL: SaleOperation = { kind: 'cancel', of: 0 };
export const BROWSE: SaleOperation = { kind: 'browse', event: 0 };

export function reserve(quantity: number = 1, event: number = 0): SaleOperation {
  return { kind: 'reserve', event, quantity };
}

/** A sale of one event. */
export function saleOf(
  tickets: number,
  ...clients: readonly (readonly SaleOperation[])[]
): SmallSale {
  return { events: 1, tickets, clients };
}

export function exploreSale(
  strategy: Strategy,
  sale: SmallSale,
  options: Partial<ExploreOptions> = {},
): Promise<Exploration> {
  return explore({ kind: 'strategy', strategy, sale }, { ...OPTIONS, ...options });
}

export function exploreLock(
  lock: LockKind,
  terms: LockTerms,
  options: Partial<ExploreOptions> = {},
): Promise<Exploration> {
  return explore({ kind: 'lock', lock, terms }, { ...OPTIONS, ...options });
}

/**
 * Explores what is known to go wrong, by every search that can: each has to find it, and the schedule
 * that it gives has to show it again.
 */
export async function requireViolation(
  subject: Subject,
  kinds: readonly ViolationKind[],
  options: Partial<ExploreOptions> = {},
): Promise<void> {
  const all = { ...OPTIONS, ...options };
  const faulty = all.faults.crashes + all.faults.spurious > 0;
  for (const search of ['breadth-first', 'preemption-bound', 'source-dpor'] as const) {
    if (faulty && search === 'source-dpor') continue;
    const { verdict, failure } = await explore(subject, { ...all, search });
    assert.equal(verdict, 'violated', search);
    assert.ok(failure);
    assert.ok(kinds.includes(failure.kind), `${search} finds ${failure.kind}: ${failure.message}`);
    const again = await explore(subject, { ...all, schedule: failure.schedule });
    assert.equal(again.verdict, 'violated', `${search}: ${failure.schedule} again`);
    assert.equal(again.failure?.kind, failure.kind);
    assert.equal(again.failure?.message, failure.message);
  }
}

/** A strategy that works like compare-and-swap, but for what is given. */
export function strategyOf(
  name: string,
  open: (context: SaleContext) => Partial<Reserver>,
  more: Partial<Strategy> = {},
): Strategy {
  return {
    name,
    summary: 'For a test.',
    source: 'a test',
    promises: ALL_PROMISES,
    ownWords: () => 4,
    open: (context) => ({ ...sellBySwapping(context), ...open(context) }),
    ...more,
  };
}

function sellBySwapping({ words, inventory }: SaleContext): Reserver {
  return {
    reserve(event, quantity) {
      const at = inventory.remaining(event);
      for (;;) {
        const seen = words.load(at);
        if (seen < quantity) return -1;
        if (words.compareExchange(at, seen, seen - quantity) === seen) {
          return inventory.issue(event, quantity);
        }
      }
    },
    cancel(event, _ticket, quantity) {
      words.add(inventory.remaining(event), quantity);
      return quantity;
    },
    available: (event) => words.load(inventory.remaining(event)),
    close() {},
  };
}
