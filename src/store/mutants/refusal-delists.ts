// Takes an event off the list as soon as somebody is told that it is sold out. But sold out it was for
// a group of that size: whoever comes for fewer, or after something came back, is refused for good.
import { LINE_WORDS } from '../layout.ts';
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const LISTED = 0;
const DELISTED = 1;

export const refusalDelists: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'refusal-delists',
    summary:
      'Compare-and-swap on a list of events; one refused group takes its event off the list.',
    source: 'seed system 4, in which one refused group of ten takes the event off the list',
    ownWords: ({ events }) => events * LINE_WORDS,
    describeWord(offset) {
      const event = Math.floor(offset / LINE_WORDS);
      const word = offset % LINE_WORDS;
      if (word > 0) return { name: `event ${event}: unused word ${word} of the list` };
      return {
        name: `listing of event ${event}`,
        show: (state) => (state === LISTED ? 'listed' : 'delisted'),
      };
    },
    open(context: SaleContext): Reserver {
      const { words, own } = context;
      const sale = compareAndSwap.open(context);
      return {
        ...sale,
        reserve(event, quantity, client) {
          const listing = own + event * LINE_WORDS;
          if (words.load(listing) === DELISTED) return SOLD_OUT;
          const answer = sale.reserve(event, quantity, client);
          if (answer === SOLD_OUT) words.store(listing, DELISTED);
          return answer;
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '2', quantity: '3,1' },
  scenario: { quantity: '1..4' },
};
