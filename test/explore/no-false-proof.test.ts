// Strategies and locks that are wrong in ways which an explorer could overlook: each has to be found, or
// refused, and never proved.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { searchBreadthFirst } from '../../src/explore/breadth-first.ts';
import { Machine } from '../../src/explore/machine.ts';
import { saleProgram } from '../../src/explore/sale-program.ts';
import type { Search } from '../../src/explore/search.ts';
import { globalLock } from '../../src/store/memory/global-lock.ts';
import { CONTENDED, type SaleContext, SOLD_OUT, type Strategy } from '../../src/store/strategy.ts';
import { exploreSale, reserve, saleOf, strategyOf } from '../support/explored.ts';

const RIVALS = saleOf(1, [reserve()], [reserve()]);
const NO_FAULTS = { crashes: 0, spurious: 0, timeOuts: 0 };

/** Sells without looking whether others do, for who is inside a lock of the strategy's own. */
function sell({ words, inventory }: SaleContext, event: number, quantity: number): number {
  const at = inventory.remaining(event);
  const seen = words.load(at);
  if (seen < quantity) return SOLD_OUT;
  words.store(at, seen - quantity);
  return inventory.issue(event, quantity);
}

function run(search: Search) {
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

suite('nothing is proved of what is wrong', () => {
  test('source-DPOR refuses faults instead of leaving them out', async () => {
    const faults = { ...NO_FAULTS, crashes: 1 };
    await assert.rejects(exploreSale(globalLock, RIVALS, { faults, search: 'source-dpor' }), {
      name: 'InputError',
      message: /source-dpor explores without faults/,
    });
  });

  test('what an operation remembers across the next one is not forgotten: 2 clients, 3 operations', () => {
    const grudging = strategyOf('remembers for long', (context) => {
      const { words, inventory } = context;
      let operations = 0;
      let lost = false;
      return {
        reserve(event, quantity) {
          operations++;
          const at = inventory.remaining(event);
          for (;;) {
            const seen = words.load(at);
            if (seen < quantity) return SOLD_OUT;
            if (operations === 3 && lost) {
              words.sub(at, quantity);
              return inventory.issue(event, quantity);
            }
            if (words.compareExchange(at, seen, seen - quantity) === seen) {
              return inventory.issue(event, quantity);
            }
            if (operations === 1) lost = true;
          }
        },
      };
    });
    const three = [reserve(), reserve(), reserve()];
    const program = saleProgram(grudging, saleOf(5, three, three), { used: false });
    const limits = { maxStates: 1e6, maxBytes: 1e9, mayGoOn: () => true };
    const search = searchBreadthFirst(new Machine(program, NO_FAULTS, true), limits, undefined);
    assert.throws(() => run(search), { name: 'MemoryError' });
  });

  test('a busy loop that counts its turns and then barges in is refused', async () => {
    const barging = strategyOf('barges in', (context) => ({
      reserve(event, quantity) {
        const { words, own } = context;
        for (let turn = 0; turn < 3; turn++) {
          if (words.compareExchange(own, 0, 1) === 0) break;
          words.spin();
        }
        const ticket = sell(context, event, quantity);
        words.store(own, 0);
        return ticket;
      },
    }));
    await assert.rejects(exploreSale(barging, RIVALS), {
      name: 'InputError',
      message: /^barges in cannot be explored: a busy loop counts its turns/,
    });
  });

  test('two who rob the same dead owner of its lock are found: 3 clients, 1 of which may die', async () => {
    const robbing = strategyOf('robs the dead', (context) => {
      const { words, own, crew, self } = context;
      const lock = (): void => {
        while (words.compareExchange(own, 0, self + 1) !== 0) {
          const owner = words.load(own);
          if (owner === 0 || words.wait(own, owner, 50) !== 'timed-out') continue;
          if (crew.isDead(owner - 1)) {
            // Wrong: another one may have taken it over meanwhile.
            words.store(own, self + 1);
            return;
          }
        }
      };
      return {
        reserve(event, quantity) {
          lock();
          const ticket = sell(context, event, quantity);
          words.store(own, 0);
          words.notify(own);
          return ticket;
        },
      };
    });
    const three = saleOf(2, [reserve()], [reserve()], [reserve()]);
    const { verdict } = await exploreSale(robbing, three, { faults: { ...NO_FAULTS, crashes: 1 } });
    assert.equal(verdict, 'violated');
  });

  test('a time-out that lets a client in although the owner lives is found: 2 clients', async () => {
    const hasty = strategyOf('is hasty', (context) => ({
      reserve(event, quantity) {
        const { words, own } = context;
        while (words.compareExchange(own, 0, 1) !== 0) {
          if (words.wait(own, 1, 50) === 'timed-out') break;
        }
        const ticket = sell(context, event, quantity);
        words.store(own, 0);
        words.notify(own);
        return ticket;
      },
    }));
    const { verdict } = await exploreSale(hasty, RIVALS, { faults: { ...NO_FAULTS, timeOuts: 1 } });
    assert.equal(verdict, 'violated');
  });

  test('a clerk that turns for ever and never answers is stuck: 2 clients', async () => {
    const deaf: Strategy = {
      ...strategyOf('is deaf', ({ words, own }) => ({
        reserve() {
          words.store(own, 1);
          while (words.load(own + 1) === 0) words.spin();
          return CONTENDED;
        },
      })),
      openClerk: ({ words, own }) => ({ serve: () => words.load(own + 2) === 0 }),
    };
    const { verdict, failure } = await exploreSale(deaf, RIVALS);
    assert.deepEqual([verdict, failure?.kind], ['violated', 'deadlock']);
  });

  test('a word whose meaning says too little makes no two clients alike: 2 clients', async () => {
    const packed: Strategy = {
      ...strategyOf('packs a count beside a name', ({ words, own, self }) => ({
        reserve() {
          words.exchange(own, self + 1);
          words.add(own, 16);
          return CONTENDED;
        },
      })),
      describeWord: (offset) => ({
        name: `own word ${offset}`,
        naming: { memberOf: (value) => (value & 15) - 1, rename: (_value, member) => member + 1 },
      }),
    };
    const { searches } = await exploreSale(packed, RIVALS);
    assert.equal(searches[0]?.symmetry, 1);
  });

  test('who wakes others in a busy loop is no reason to see a deadlock: 2 clients', async () => {
    const calling = strategyOf('calls while it waits', ({ words, own, self }) => ({
      reserve() {
        if (self === 0) {
          while (words.load(own) === 0) {
            words.notify(own + 1);
            words.spin();
          }
        } else {
          words.wait(own + 1, 0);
          words.store(own, 1);
        }
        return CONTENDED;
      },
    }));
    // It may call for ever: what was seen until the limit is no failure.
    const { verdict, failure } = await exploreSale(calling, RIVALS, { maxStates: 5000 });
    assert.deepEqual([verdict, failure], ['unproved', null]);
  });

  test('open may touch shared words: each of 2 clients signs in', async () => {
    const signing = strategyOf('signs in', ({ words, own }) => {
      words.add(own, 1);
      return {};
    });
    const { verdict } = await exploreSale(signing, RIVALS);
    assert.equal(verdict, 'proved');
  });

  test('a failure at an end is preferred to one a step later: 2 clients, 2 steps', async () => {
    const failing = strategyOf('fails either way', ({ words, inventory, self }) => ({
      reserve(event) {
        const at = inventory.remaining(event);
        if (self === 1) {
          words.sub(at, 1);
          return CONTENDED;
        }
        // After client 1's step: it ends at once, with lost stock. Before it: two steps more, and it throws.
        if (words.load(at) === 4) return CONTENDED;
        words.load(at);
        words.load(at);
        throw new Error('three steps');
      },
    }));
    const { failure } = await exploreSale(failing, saleOf(5, [reserve()], [reserve(2)]));
    assert.deepEqual([failure?.kind, failure?.schedule], ['lost stock', '10']);
  });
});
