import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Faults } from '../../src/explore/moves.ts';
import type { SmallSale } from '../../src/explore/small-sale.ts';
import { catalog } from '../../src/store/catalog.ts';
import { BROWSE, CANCEL, exploreSale, reserve, saleOf } from '../support/explored.ts';

const TWO_EACH = saleOf(2, [reserve(), reserve()], [reserve(), reserve()]);
const GIVE_BACK = saleOf(1, [reserve(), CANCEL], [reserve(), CANCEL]);
const ONE_EACH = saleOf(1, [reserve()], [reserve()]);
const LOOK = saleOf(1, [reserve()], [BROWSE]);

const NO_FAULTS: Faults = { crashes: 0, spurious: 0, timeOuts: 0 };

/** Its holds can end in so many ways that two requests and two more take long; see the long campaign. */
const LONG = ['two-phase-hold'];

async function requireVerdict(
  strategy: (typeof catalog)[number],
  sale: SmallSale,
  faults: Faults = NO_FAULTS,
): Promise<void> {
  const { verdict, failure, searches } = await exploreSale(strategy, sale, { faults });
  if (strategy.breaks) {
    assert.equal(verdict, 'violated');
    const again = await exploreSale(strategy, sale, { faults, schedule: failure?.schedule });
    assert.deepEqual(again.failure, failure);
    return;
  }
  assert.equal(verdict, 'proved', failure?.message);
  assert.equal(searches[0]?.coverage, 'complete');
}

for (const strategy of catalog) {
  suite(strategy.name, () => {
    const verdict = strategy.breaks ? 'is caught' : 'is proved right';
    if (!LONG.includes(strategy.name) || process.env['ONSALE_LONG'] === '1') {
      test(`${verdict}: 2 clients reserve twice, of 2 tickets`, async () => {
        await requireVerdict(strategy, TWO_EACH);
      });
    }
    test(`${verdict}: 2 clients reserve the only ticket and give it back`, async () => {
      await requireVerdict(strategy, GIVE_BACK);
    });
    test(`${verdict}, and leaves nobody hanging: 2 clients, 1 of which may die`, async () => {
      await requireVerdict(strategy, ONE_EACH, { ...NO_FAULTS, crashes: 1 });
    });
    test(`${verdict}, also if a sleep times out: 2 clients, 1 time-out`, async () => {
      await requireVerdict(strategy, ONE_EACH, { ...NO_FAULTS, timeOuts: 1 });
    });
    if (!strategy.breaks) {
      test('shows no stock that is not there: 1 client reserves, 1 looks', async () => {
        await requireVerdict(strategy, LOOK);
      });
    }
  });
}
