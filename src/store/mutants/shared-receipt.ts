// Whoever has the lock serves all who have asked, and gives them their receipts at the end. There is
// one receipt, filled in anew for each of them: in the end it is the last one's, and all have it. The
// stock is right, so no count finds it.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { RequestSlots } from '../memory/request-slots.ts';
import { stockKeeper } from '../memory/stock-keeper.ts';
import { FAILED, type Reserver, type SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const NAME = 'the batch lock';

interface Receipt {
  ticket: number;
}

export const sharedReceipt: Mutant = {
  strategy: {
    name: 'shared-receipt',
    summary:
      'Serves waiting requests in batches; all buyers of a batch get the receipt of the last.',
    source: 'seed system 3, which appends the address of one variable for each buyer of a batch',
    promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
    ownWords: (size) => MUTEX_WORDS + RequestSlots.words(size),
    describeWord: (offset) =>
      offset < MUTEX_WORDS
        ? Mutex.describe(offset, NAME)
        : RequestSlots.describe(offset - MUTEX_WORDS),
    open(context: SaleContext): Reserver {
      const { words, inventory } = context;
      const mutex = new Mutex(context, context.own, NAME);
      const slots = new RequestSlots(context, context.own + MUTEX_WORDS);
      const stock = stockKeeper(context);
      const receipt: Receipt = { ticket: 0 };
      const receipts: (Receipt | undefined)[] = Array.from({ length: slots.members });
      const sellBatch = (): void => {
        for (let member = 0; member < slots.members; member++) {
          receipts[member] = undefined;
          if (!slots.hasAsked(member)) continue;
          const quantity = slots.quantityOf(member);
          const answer = stock.decide(slots.eventOf(member), quantity);
          if (answer < 0 || quantity < 0) {
            slots.give(member, answer);
          } else {
            receipt.ticket = answer;
            receipts[member] = receipt;
          }
        }
        receipts.forEach((each, member) => {
          if (each) slots.give(member, each.ticket);
        });
      };
      const serve = (event: number, quantity: number): number => {
        slots.ask(event, quantity);
        mutex.lock();
        if (!slots.answered) sellBatch();
        mutex.unlock();
        return slots.answer;
      };
      return {
        reserve: (event, quantity) => (quantity < 1 ? FAILED : serve(event, quantity)),
        cancel: (event, _ticket, quantity) => serve(event, -quantity),
        available: (event) => words.load(inventory.remaining(event)),
        close() {},
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'microscope'],
  smallSale: { clients: '2', tickets: '2' },
  scenario: { events: '8', tickets: '200' },
};
