// One clerk owns the stock. Sellers queue their requests in a ring and wait for the answers.
// Cost: two hand-overs between processors for each request, and a thread more; nothing is locked, and
// the stock is never written by two. The clerk's speed is the speed of the whole sale.
// Source: Thompson, Farley, Barker, Gee and Stewart, "Disruptor" (LMAX, 2011): the ring with many
// producers and the single-writer principle; seed system 3 has one goroutine sell.
import { FAILED, type Reserver, type SaleContext, type Strategy } from '../strategy.ts';
import { describeRing, RingClerk, RingDesk, ringWords } from './request-ring.ts';

export const singleWriter: Strategy = {
  name: 'single-writer',
  summary:
    'A clerk thread owns the stock; sellers queue in a ring. Two hand-overs per request, no lock.',
  source: 'Thompson et al., Disruptor, LMAX 2011; seed system 3',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead', 'noStarvation'],
  ownWords: ringWords,
  describeWord: describeRing,
  open(context: SaleContext): Reserver {
    const { words, inventory } = context;
    const desk = new RingDesk(context);
    return {
      reserve: (event, quantity) => (quantity < 1 ? FAILED : desk.serve(event, quantity)),
      cancel: (event, _ticket, quantity) => desk.serve(event, -quantity),
      available: (event) => words.load(inventory.remaining(event)),
      close: () => desk.close(),
    };
  },
  openClerk: (context) => new RingClerk(context),
};
