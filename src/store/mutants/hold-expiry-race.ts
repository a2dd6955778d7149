// Looks at a hold's state and then writes it. A confirmation that looked in time and a sweep that found
// the hold over both go on: the tickets are sold, and back in the stock as well.
import { HoldTable } from '../holds.ts';
import { HOLD_TTL_MS, TwoPhaseHold, twoPhaseHold } from '../memory/two-phase-hold.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

class CheckedHolds extends HoldTable {
  readonly #context: SaleContext;

  constructor(context: SaleContext) {
    super(context, context.own, HOLD_TTL_MS);
    this.#context = context;
  }

  protected override swapState(at: number, state: number, ended: number): boolean {
    const { words } = this.#context;
    if (words.load(at) !== state) return false;
    words.store(at, ended);
    return true;
  }
}

export const holdExpiryRace: Mutant = {
  strategy: {
    ...twoPhaseHold,
    name: 'hold-expiry-race',
    summary: 'Holds whose end is a look and a write: confirmed and expired at the same time.',
    source:
      'a payment that arrives while its hold expires; two-phase transfers without their one decision',
    open: (context) => new TwoPhaseHold(context, new CheckedHolds(context)),
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1' },
};
