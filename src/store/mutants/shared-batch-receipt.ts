// Serves a batch, and hands every buyer in it the last one's receipt: the rows are right, and so is their number.
import { pgBatch } from '../postgres/pg-batch.ts';
import type { Order, StoreReserver } from '../stored.ts';
import type { StoreMutant } from './store-mutant.ts';

/** Buyers who come within this time share a batch. */
const TOGETHER_MS = 2;

export const sharedBatchReceipt: StoreMutant = {
  strategy: {
    ...pgBatch,
    name: 'shared-batch-receipt',
    summary: 'Serves buyers in batches, and gives all of a batch the receipt of its last one.',
    source:
      'seed system 3, phase 3: a variable declared outside of the loop, its address appended each time',
    async open(context) {
      const inner = await pgBatch.open(context);
      return { ...inner, reserve: sharing(inner) };
    },
  },
  // The counts are right, so some order of the requests explains every answer.
  caughtBy: ['audit'],
};

/** Answers all who asked meanwhile with what the last of them was granted. */
function sharing(inner: StoreReserver): (order: Order) => Promise<number> {
  let receipt = -1;
  return async (order) => {
    const ticket = await inner.reserve(order);
    if (ticket < 0) return ticket;
    receipt = ticket;
    await new Promise((resolve) => {
      setTimeout(resolve, TOGETHER_MS);
    });
    return receipt;
  };
}
