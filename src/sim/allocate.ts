import { InputError, messageOf, shown } from '../base/errors.ts';
import type { SaleMemory, SalePlan } from '../workers/protocol.ts';
import { allocateSale, sizeOf, type Tenant } from '../workers/sale-memory.ts';

/** Words that a strategy may ask for: 1 GiB. */
const MAX_OWN_WORDS: number = 2 ** 28;

/** @throws InputError when there is not so much memory, or the strategy asks for nonsense */
export function allocate(plan: SalePlan, strategy: Tenant, rehearsal?: SalePlan): SaleMemory {
  const own = ownWordsOf(plan, strategy);
  if (!Number.isInteger(own) || own < 0 || own > MAX_OWN_WORDS) {
    throw new InputError(
      `ownWords of ${strategy.name} must return a whole number from 0 to ${MAX_OWN_WORDS}; got ${shown(own)}`,
    );
  }
  try {
    return allocateSale(plan, strategy, rehearsal);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`there is not enough memory for this scenario: ${messageOf(error)}`);
  }
}

function ownWordsOf(plan: SalePlan, strategy: Tenant): number {
  try {
    return strategy.ownWords?.(sizeOf(plan, strategy)) ?? 0;
  } catch (error) {
    throw new InputError(`ownWords of ${strategy.name} fails: ${messageOf(error)}`);
  }
}
