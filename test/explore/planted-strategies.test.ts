import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Faults } from '../../src/explore/moves.ts';
import type { ViolationKind } from '../../src/explore/program.ts';
import type { SmallSale } from '../../src/explore/small-sale.ts';
import { SOLD_OUT, type Strategy } from '../../src/store/strategy.ts';
import {
  BROWSE,
  CANCEL,
  exploreSale,
  requireViolation,
  reserve,
  saleOf,
  strategyOf,
} from '../support/explored.ts';

interface Plant {
  readonly kind: ViolationKind;
  readonly strategy: Strategy;
  readonly sale: SmallSale;
  readonly faults?: Faults;
}

const RIVALS = saleOf(1, [reserve()], [reserve()]);

const PLANTS: readonly Plant[] = [
  {
    kind: 'oversell',
    strategy: strategyOf('decides on what it has read', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        const seen = words.load(at);
        if (seen < quantity) return SOLD_OUT;
        words.store(at, seen - quantity);
        return inventory.issue(event, quantity);
      },
    })),
    sale: RIVALS,
  },
  {
    kind: 'oversell',
    strategy: strategyOf('gives back one too many', ({ words, inventory }) => ({
      cancel(event, _ticket, quantity) {
        words.add(inventory.remaining(event), quantity + 1);
        return quantity;
      },
    })),
    // Nobody is left to buy it: only the stock at the end tells.
    sale: saleOf(2, [reserve(), CANCEL]),
  },
  {
    kind: 'duplicate ticket',
    strategy: strategyOf('numbers tickets without an atomic step', ({ words, inventory }) => ({
      reserve(event, quantity) {
        if (words.sub(inventory.remaining(event), quantity) < quantity) return SOLD_OUT;
        const ticket = words.load(inventory.issued(event));
        words.store(inventory.issued(event), ticket + quantity);
        return ticket;
      },
    })),
    sale: saleOf(2, [reserve()], [reserve()]),
  },
  {
    kind: 'negative stock',
    strategy: strategyOf('never looks back', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const left = words.sub(inventory.remaining(event), quantity);
        return left < quantity ? SOLD_OUT : inventory.issue(event, quantity);
      },
    })),
    sale: RIVALS,
  },
  {
    kind: 'negative stock',
    strategy: strategyOf('shows its debts', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const left = words.sub(inventory.remaining(event), quantity);
        if (left >= quantity) return inventory.issue(event, quantity);
        words.add(inventory.remaining(event), quantity);
        return SOLD_OUT;
      },
    })),
    sale: saleOf(1, [reserve(2)], [BROWSE]),
  },
  {
    kind: 'lost receipt',
    strategy: strategyOf('refuses what is given back late', ({ words, inventory }) => ({
      cancel(event, ticket, quantity) {
        if (words.load(inventory.issued(event)) !== ticket + quantity) return -4;
        words.add(inventory.remaining(event), quantity);
        return quantity;
      },
    })),
    sale: saleOf(2, [reserve(), CANCEL], [reserve()]),
  },
  {
    kind: 'false sold-out',
    strategy: strategyOf('takes before it looks', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        if (words.sub(at, quantity) >= quantity) return inventory.issue(event, quantity);
        words.add(at, quantity);
        return SOLD_OUT;
      },
    })),
    sale: saleOf(1, [reserve(2)], [reserve(1)]),
  },
  {
    kind: 'not linearizable',
    strategy: strategyOf(
      'grants beyond the stock for a moment',
      ({ words, inventory }) => ({
        reserve: (event, quantity) => {
          words.sub(inventory.remaining(event), quantity);
          return inventory.issue(event, quantity);
        },
      }),
      { promises: ['noLostReceipt'] },
    ),
    sale: RIVALS,
  },
  {
    kind: 'lost stock',
    strategy: strategyOf('gives back only if nobody comes between', ({ words, inventory }) => ({
      cancel(event, _ticket, quantity) {
        const at = inventory.remaining(event);
        const seen = words.load(at);
        words.compareExchange(at, seen, seen + quantity);
        return quantity;
      },
    })),
    sale: saleOf(2, [reserve(), CANCEL], [reserve(), CANCEL]),
  },
  {
    kind: 'deadlock',
    strategy: strategyOf('takes two locks, each client in its own order', (context) => ({
      reserve(event, quantity) {
        const { words, own, self, inventory } = context;
        const locks = self === 0 ? [own, own + 1] : [own + 1, own];
        for (const lock of locks) {
          while (words.compareExchange(lock, 0, 1) !== 0) words.spin();
        }
        const left = words.load(inventory.remaining(event));
        const grants = left >= quantity;
        if (grants) words.store(inventory.remaining(event), left - quantity);
        for (const lock of locks) words.store(lock, 0);
        return grants ? inventory.issue(event, quantity) : SOLD_OUT;
      },
    })),
    sale: RIVALS,
  },
  {
    kind: 'deadlock',
    strategy: strategyOf('waits for who has died', ({ words, own, inventory }) => ({
      reserve(event, quantity) {
        while (words.compareExchange(own, 0, 1) !== 0) words.spin();
        const left = words.load(inventory.remaining(event));
        if (left >= quantity) words.store(inventory.remaining(event), left - quantity);
        words.store(own, 0);
        return left >= quantity ? inventory.issue(event, quantity) : SOLD_OUT;
      },
    })),
    sale: RIVALS,
    faults: { crashes: 1, spurious: 0, timeOuts: 0 },
  },
  {
    kind: 'lost wake-up',
    strategy: strategyOf('wakes before there is something to see', ({ words, own, inventory }) => ({
      reserve(event, quantity) {
        while (words.compareExchange(own, 0, 1) !== 0) words.wait(own, 1);
        const left = words.load(inventory.remaining(event));
        if (left >= quantity) words.store(inventory.remaining(event), left - quantity);
        words.notify(own, 1);
        words.store(own, 0);
        return left >= quantity ? inventory.issue(event, quantity) : SOLD_OUT;
      },
    })),
    sale: RIVALS,
  },
  {
    kind: 'failure',
    strategy: strategyOf('throws when another came first', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        const seen = words.load(at);
        if (seen < quantity) return SOLD_OUT;
        if (words.compareExchange(at, seen, seen - quantity) !== seen) throw new Error('too late');
        return inventory.issue(event, quantity);
      },
    })),
    sale: RIVALS,
  },
  {
    kind: 'failure',
    strategy: strategyOf('returns no number when another came first', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        const seen = words.load(at);
        if (seen < quantity) return SOLD_OUT;
        if (words.compareExchange(at, seen, seen - quantity) !== seen) return Number.NaN;
        return inventory.issue(event, quantity);
      },
    })),
    sale: RIVALS,
  },
];

suite('planted mistakes are found by every search, and shown again', () => {
  for (const { kind, strategy, sale, faults } of PLANTS) {
    const size = `${sale.clients.length} clients, tickets: ${sale.tickets}`;
    test(`${kind}: ${strategy.name}; ${size}`, async () => {
      await requireViolation(
        { kind: 'strategy', strategy, sale },
        [kind],
        faults ? { faults } : {},
      );
    });
  }
});

test('a strategy that works the other way is proved: 2 clients, 1 ticket', async () => {
  const right = strategyOf('makes no mistake', () => ({}));
  for (const sale of [...PLANTS.map((plant) => plant.sale), RIVALS]) {
    const { verdict, failure } = await exploreSale(right, sale);
    assert.equal(verdict, 'proved', failure?.message);
  }
});

test('a plain read that nothing orders is never proved right: 1 client reserves, 1 looks', async () => {
  const racy = strategyOf('looks plainly', ({ words, inventory }) => ({
    available: (event) => words.get(inventory.remaining(event)),
  }));
  for (const search of ['breadth-first', 'source-dpor', 'auto'] as const) {
    const found = await exploreSale(racy, saleOf(1, [reserve()], [BROWSE]), { search });
    assert.equal(found.verdict, 'racy');
    assert.equal(found.failure, null);
    const [race, ...others] = found.races;
    assert.deepEqual(others, []);
    assert.equal(race?.word, 'event 0 remaining');
    assert.deepEqual(race.accesses.toSorted(), ['atomic write', 'plain read']);
    assert.deepEqual(race.clients.toSorted(), ['A', 'B']);
  }
});

test('the shortest failure is shown: the lost update of 2 clients takes 6 steps', async () => {
  const plant = PLANTS[0] as Plant;
  const { failure } = await exploreSale(plant.strategy, plant.sale);
  // A and B read; both write; then both number their ticket, and the second grant is one too many.
  assert.equal(failure?.steps.length, 6);
  assert.equal(failure.kind, 'oversell');
});
