// Sells from leases while there is plenty, and from the shared stock once it runs low. In the split
// phase each seller takes many tickets at once into a lease, a word that hardly anybody else touches.
// The first that finds too little for another lease calls all leases back; from then on the event is
// joined, and everybody uses compare-and-swap on the shared stock. Only the joined phase refuses, and
// by then no ticket is in a lease: hence no false sold-outs.
// Cost: one compare-and-swap without contention for each sale while split, and a handful of steps for
// each lease; as compare-and-swap once joined. Called back, an attempt at work begins anew. Returned
// tickets go to the shared stock: a lease is a run of serials, which theirs would break. The serials
// left in a lease that is given back are never issued.
// `available` adds the leases up one by one: while split it is an estimate, once joined it is right.
// Source: Narula et al., "Phase Reconciliation for Contended In-Memory Transactions", OSDI 2014. There
// phases alternate, and the next begins when every core has stopped; here a seller never stops for
// the switch, since compare-and-swap on its lease decides which of the two came first.
import { showMember, type WordMeaning } from '../meaning.ts';
import {
  FAILED,
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';
import { CALLED_BACK, Leases, outwait, wordsFor } from './leases.ts';

// A phase: split, or the seller plus one that is calling leases back, or joined for good.
const SPLIT = 0;
const JOINED = -1;

export const phaseSwitch: Strategy = {
  name: 'phase-switch',
  summary:
    'Leases while there is plenty, one shared stock once it runs low. One private CAS, then a shared.',
  source: 'Narula et al., Phase Reconciliation (Doppel), OSDI 2014',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  ownWords: (size) => wordsFor(size.events) + Leases.words(size),
  describeWord(offset, size) {
    const leases = offset - wordsFor(size.events);
    return leases >= 0 ? Leases.describe(leases, size) : describePhase(offset, size);
  },
  open: (context: SaleContext): Reserver => new PhaseSwitch(context),
};

function describePhase(event: number, { events }: SaleSize): WordMeaning {
  if (event >= events) return { name: `unused word ${event}` };
  return {
    name: `phase of event ${event}`,
    naming: {
      memberOf: (phase) => (phase > SPLIT ? phase - 1 : -1),
      rename: (_phase, member) => member + 1,
    },
    show(phase, who) {
      if (phase === JOINED) return 'joined';
      return phase === SPLIT ? 'split' : `${showMember(phase, who)} calls the leases back`;
    },
  };
}

class PhaseSwitch implements Reserver {
  readonly #context: SaleContext;
  readonly #leases: Leases;
  /** 1 for each event that this seller knows to be joined: it need not look again. */
  readonly #joined: Uint8Array;

  constructor(context: SaleContext) {
    const { events } = context.size;
    this.#context = context;
    this.#leases = new Leases(context, context.own + wordsFor(events));
    this.#joined = new Uint8Array(events);
  }

  reserve(event: number, quantity: number): number {
    if (quantity < 1) return FAILED;
    const { contention, work } = this.#context;
    while (this.#joined[event] === 0) {
      const left = this.#leases.left(event);
      if (left === CALLED_BACK) {
        this.#awaitJoined(event);
      } else if (left < quantity || !this.#leases.knows(event)) {
        if (!this.#leases.renew(event, quantity, left)) this.#join(event);
      } else {
        work();
        const ticket = this.#leases.sell(event, left, quantity);
        if (ticket >= 0) return ticket;
        contention.retries++;
      }
    }
    return this.#reserveJoined(event, quantity);
  }

  cancel(event: number, _ticket: number, quantity: number): number {
    const { words, inventory } = this.#context;
    words.add(inventory.remaining(event), quantity);
    return quantity;
  }

  available(event: number): number {
    const { words, inventory, size } = this.#context;
    const leased = this.#joined[event] === 0 ? this.#leases.sum(event) : 0;
    // What is called back in between counts twice; there are never more tickets than there were.
    return Math.min(size.tickets, leased + words.load(inventory.remaining(event)));
  }

  /** What is left in the leases stays there: it is called back with those of the others. */
  close(): void {}

  #reserveJoined(event: number, quantity: number): number {
    const { words, inventory, contention, work } = this.#context;
    const at = inventory.remaining(event);
    for (;;) {
      const seen = words.load(at);
      if (seen < quantity) return SOLD_OUT;
      work();
      if (words.compareExchange(at, seen, seen - quantity) === seen) {
        return inventory.issue(event, quantity);
      }
      contention.retries++;
    }
  }

  /** Switches to the joined phase, or waits for whoever came first. */
  #join(event: number): void {
    const { words, inventory, own, self } = this.#context;
    const phase = own + event;
    if (words.compareExchange(phase, SPLIT, self + 1) !== SPLIT) {
      this.#awaitJoined(event);
      return;
    }
    words.add(inventory.remaining(event), this.#leases.callBack(event));
    // Only now may anybody be refused: nothing is in a lease or on its way any more.
    words.store(phase, JOINED);
    words.notify(phase);
    this.#joined[event] = 1;
  }

  #awaitJoined(event: number): void {
    const phase = this.#context.own + event;
    const seen = this.#context.words.load(phase);
    if (seen !== JOINED) outwait(this.#context, phase, seen, seen - 1, 'the phase of', event);
    this.#joined[event] = 1;
  }
}
