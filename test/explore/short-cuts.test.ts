import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CONTENDED, SOLD_OUT } from '../../src/store/strategy.ts';
import { exploreSale, requireViolation, reserve, saleOf, strategyOf } from '../support/explored.ts';

const RIVALS = saleOf(1, [reserve()], [reserve()]);

suite('short cuts that do not hold are not taken', () => {
  test('clients that are told apart are not taken for alike: 2 clients, the first of which may oversell', async () => {
    const partial = strategyOf('trusts the first', ({ words, inventory, self }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        const seen = words.load(at);
        if (seen < quantity) return SOLD_OUT;
        if (self === 0) words.store(at, seen - quantity);
        else if (words.compareExchange(at, seen, seen - quantity) !== seen) return CONTENDED;
        return inventory.issue(event, quantity);
      },
    }));
    const { searches } = await exploreSale(partial, RIVALS);
    assert.equal(searches[0]?.symmetry, 1);
    await requireViolation({ kind: 'strategy', strategy: partial, sale: RIVALS }, [
      'oversell',
      'false sold-out',
    ]);
  });

  test('clients that use different words are not taken for alike: 2 clients', async () => {
    const apart = strategyOf('has a word for each', ({ words, own, self }) => ({
      reserve() {
        words.store(own + self, 1);
        return CONTENDED;
      },
    }));
    const { searches } = await exploreSale(apart, RIVALS);
    assert.equal(searches[0]?.symmetry, 1);
  });

  test('clients that do the same are taken for alike: 3 clients', async () => {
    const same = strategyOf('is fair', () => ({}));
    const { searches } = await exploreSale(same, saleOf(2, [reserve()], [reserve()], [reserve()]));
    assert.equal(searches[0]?.symmetry, 3);
  });

  test('what is remembered and written later is not forgotten: 2 clients', async () => {
    const remembering = strategyOf('remembers', ({ words, own, self }) => {
      let seen = -1;
      return {
        reserve() {
          if (self === 1) words.store(own, 1);
          else if (seen < 0) seen = words.load(own);
          else words.store(own + 1, seen);
          return CONTENDED;
        },
      };
    });
    const sale = saleOf(1, [reserve(), reserve()], [reserve()]);
    const { verdict } = await exploreSale(remembering, sale);
    assert.equal(verdict, 'proved');
  });

  test('what is remembered and only answered later is not forgotten: 2 clients', async () => {
    // Client 0 answers wrongly only if it saw 1 before and sees 1 again.
    const remembering = strategyOf('remembers', ({ words, own, self }) => {
      let seen = -1;
      return {
        reserve() {
          if (self === 1) {
            words.store(own, 1);
            return CONTENDED;
          }
          const before = seen;
          seen = words.load(own);
          return before === 1 && seen === 1 ? 0 : CONTENDED;
        },
      };
    });
    const sale = saleOf(1, [reserve(), reserve()], [reserve()]);
    await requireViolation({ kind: 'strategy', strategy: remembering, sale }, [
      'oversell',
      'not linearizable',
    ]);
  });

  test('time passes also for who asks for it only where others come between: 2 clients', async () => {
    const late = strategyOf('gives up late', ({ words, inventory, nowMs }) => ({
      reserve(event, quantity) {
        const at = inventory.remaining(event);
        for (;;) {
          const seen = words.load(at);
          if (seen < quantity) return SOLD_OUT;
          if (words.compareExchange(at, seen, seen - quantity) === seen || nowMs() > 1000) {
            return inventory.issue(event, quantity);
          }
        }
      },
    }));
    const sale = saleOf(2, [reserve(2)], [reserve()]);
    await requireViolation({ kind: 'strategy', strategy: late, sale }, [
      'oversell',
      'not linearizable',
    ]);
  });
});
