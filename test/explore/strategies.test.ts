import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { SmallSale } from '../../src/explore/small-sale.ts';
import { catalog } from '../../src/store/catalog.ts';
import { BROWSE, CANCEL, exploreSale, reserve, saleOf } from '../support/explored.ts';

const TWO_EACH = saleOf(2, [reserve(), reserve()], [reserve(), reserve()]);
const GIVE_BACK = saleOf(1, [reserve(), CANCEL], [reserve(), CANCEL]);
const ONE_EACH = saleOf(1, [reserve()], [reserve()]);
const LOOK = saleOf(1, [reserve()], [BROWSE]);

/** Their members wait for each other in so many ways that two requests and two more take too long. */
const LONG = ['single-writer', 'two-phase-hold'];

async function requireVerdict(
  strategy: (typeof catalog)[number],
  sale: SmallSale,
  crashes: number,
): Promise<void> {
  const { verdict, failure, searches } = await exploreSale(strategy, sale, {
    faults: { crashes, spurious: 0 },
  });
  if (strategy.breaks) {
    assert.equal(verdict, 'violated');
    const again = await exploreSale(strategy, sale, {
      faults: { crashes, spurious: 0 },
      schedule: failure?.schedule,
    });
    assert.deepEqual(again.failure, failure);
    return;
  }
  assert.equal(verdict, 'proved', failure?.message);
  assert.equal(searches[0]?.coverage, 'complete');
}

for (const strategy of catalog) {
  suite(strategy.name, () => {
    const verdict = strategy.breaks ? 'is caught' : 'is proved right';
    if (!LONG.includes(strategy.name)) {
      test(`${verdict}: 2 clients reserve twice, of 2 tickets`, async () => {
        await requireVerdict(strategy, TWO_EACH, 0);
      });
    }
    test(`${verdict}: 2 clients reserve the only ticket and give it back`, async () => {
      await requireVerdict(strategy, GIVE_BACK, 0);
    });
    test(`${verdict}, and leaves nobody hanging: 2 clients, 1 of which may die`, async () => {
      await requireVerdict(strategy, ONE_EACH, 1);
    });
    if (!strategy.breaks) {
      test('shows no stock that is not there: 1 client reserves, 1 looks', async () => {
        await requireVerdict(strategy, LOOK, 0);
      });
    }
  });
}
