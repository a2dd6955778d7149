// Requests of one event gather while an earlier batch is decided; then one thread decides them all, in
// the order of their arrival, as a single change of the stock.
// Cost: a lock, a read and a write of the stock, and whatever a sale has to do in between, once for
// each batch instead of once for each request. That pays when requests meet and the work is long;
// alone, a request is a batch of one, and pays a list besides.
// Source: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984
// (group commit); the writer queue of LevelDB; seed system 3, phase 3.
import { FAILED, type Reserver, type SaleContext, type Strategy } from '../strategy.ts';
import { BatchQueue } from './batch-queue.ts';

export const batch: Strategy = {
  name: 'batch',
  summary:
    'Decides all waiting requests of an event at once. Work is paid per batch, not per request.',
  source: 'group commit (DeWitt et al., SIGMOD 1984); the writer queue of LevelDB; seed system 3',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead', 'noStarvation'],
  ownWords: (size) => BatchQueue.words(size),
  describeWord: (offset, size) => BatchQueue.describe(offset, size),
  open(context: SaleContext): Reserver {
    const { words, inventory } = context;
    const queue = new BatchQueue(context);
    return {
      reserve: (event, quantity) => (quantity < 1 ? FAILED : queue.serve(event, quantity)),
      cancel: (event, _ticket, quantity) => queue.serve(event, -quantity),
      available: (event) => words.load(inventory.remaining(event)),
      close() {},
    };
  },
};
