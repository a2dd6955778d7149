// Strategies in which a thread waits for another one's answer. Their waits end by themselves after a
// while, which would hide a wake-up that got lost; the threads here wait without an end.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { batch } from '../../src/store/memory/batch.ts';
import { flatCombining } from '../../src/store/memory/flat-combining.ts';
import { singleWriter } from '../../src/store/memory/single-writer.ts';
import { AtomicWords } from '../../src/store/words.ts';
import { allocateSale, enterSale } from '../support/open-alone.ts';
import type { SellerThread } from '../support/seller-thread.ts';

const SELLERS = 2 * availableParallelism() + 2;
const ROUNDS = 20_000;
const TICKETS = 2;
const HANGS = { timeout: 60_000 };

for (const strategy of [flatCombining, batch, singleWriter]) {
  for (const patience of [1, 30]) {
    test(
      `${strategy.name} loses no wake-up: ${SELLERS} sellers, ${ROUNDS} rounds, patience ${patience}`,
      HANGS,
      async (t) => {
        const members = SELLERS + (strategy.openClerk ? 1 : 0);
        const size = { events: 1, tickets: TICKETS, members };
        const memory = allocateSale(strategy, size);
        const { words, inventory } = enterSale(new AtomicWords(memory), strategy, size);
        const threads = Array.from({ length: members }, (_, self) => {
          const task: SellerThread = {
            strategy: strategy.name,
            memory,
            size,
            self,
            rounds: ROUNDS,
            patience,
          };
          const worker = new Worker(new URL('../support/seller-thread.js', import.meta.url), {
            workerData: task,
          });
          t.after(() => worker.terminate());
          return new Promise<void>((resolve, reject) => {
            worker.once('exit', () => resolve());
            worker.once('error', reject);
          });
        });
        await Promise.all(threads);
        assert.equal(words.load(inventory.remaining(0)), TICKETS);
      },
    );
  }
}
