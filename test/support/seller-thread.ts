// A thread that sells with a strategy, or is its clerk, and is never woken by the clock: if a wake-up
// gets lost, it sleeps for good.
import { workerData } from 'node:worker_threads';
import { catalog } from '../../src/store/catalog.ts';
import type { SaleSize, Strategy } from '../../src/store/strategy.ts';
import { AtomicWords } from '../../src/store/words.ts';
import { enterSale } from './open-alone.ts';

export interface SellerThread {
  readonly strategy: string;
  readonly memory: SharedArrayBuffer;
  readonly size: SaleSize;
  readonly self: number;
  readonly rounds: number;
  readonly patience: number;
}

const { strategy: name, memory, size, self, rounds, patience } = workerData as SellerThread;

class PatientWords extends AtomicWords {
  override readonly patience = patience;

  override wait(index: number, expected: number): 'ok' | 'not-equal' | 'timed-out' {
    return super.wait(index, expected);
  }
}

const strategy = catalog.find((each) => each.name === name) as Strategy;
const context = enterSale(new PatientWords(memory), strategy, size).context(self);

if (strategy.openClerk && self === size.members - 1) {
  const clerk = strategy.openClerk(context);
  while (clerk.serve());
} else {
  const seller = strategy.open(context);
  for (let round = 0; round < rounds; round++) {
    const ticket = seller.reserve(0, 1, self);
    if (ticket >= 0) seller.cancel(0, ticket, 1, self);
  }
  seller.close();
}
