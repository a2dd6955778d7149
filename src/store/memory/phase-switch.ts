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
import { LINE_WORDS } from '../layout.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from '../locks/abandoned.ts';
import { showMember, type WordMeaning } from '../meaning.ts';
import {
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';

/** Taking a lease costs some five sales' time: with so many tickets that is lost among them. */
const LEASE_MAX = 256;
/** Of what an equal share would be, a lease is one so-manieth: the late shall find some, too. */
const SHARE_PARTS = 2;

// A phase: split, or the seller plus one that is calling leases back, or joined for good.
const SPLIT = 0;
const JOINED = -1;

// A lease: so many tickets; or its seller is taking them from the stock; or it was called back.
const BEING_FILLED = -1;
const CALLED_BACK = -2;

export const phaseSwitch: Strategy = {
  name: 'phase-switch',
  summary:
    'Leases while there is plenty, one shared stock once it runs low. One private CAS, then a shared.',
  source: 'Narula et al., Phase Reconciliation (Doppel), OSDI 2014',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  ownWords: ({ events, members }) => (1 + members) * strideOf(events),
  describeWord,
  open: (context: SaleContext): Reserver => new PhaseSwitch(context),
};

/** Words of one member's leases, or of all phases: whole lines, so that members keep to their own. */
function strideOf(events: number): number {
  return Math.ceil(events / LINE_WORDS) * LINE_WORDS;
}

function describeWord(offset: number, { events }: SaleSize): WordMeaning {
  const stride = strideOf(events);
  const member = Math.floor(offset / stride) - 1;
  const event = offset % stride;
  const owner = member >= 0 ? { member } : {};
  if (event >= events) return { name: `unused word ${event}`, ...owner };
  if (member >= 0) return { name: `lease of event ${event}`, member, show: showLease };
  return {
    name: `phase of event ${event}`,
    naming: {
      memberOf: (phase) => (phase > SPLIT ? phase - 1 : -1),
      rename: (_phase, to) => to + 1,
    },
    show(phase, who) {
      if (phase === JOINED) return 'joined';
      return phase === SPLIT ? 'split' : `${showMember(phase, who)} calls the leases back`;
    },
  };
}

function showLease(lease: number): string {
  if (lease === BEING_FILLED) return 'being filled';
  return lease === CALLED_BACK ? 'called back' : `${lease} tickets`;
}

class PhaseSwitch implements Reserver {
  readonly #context: SaleContext;
  readonly #stride: number;
  /** The last serial of this seller's lease of each event. */
  readonly #lastSerials: Int32Array;
  /** 1 for each event that this seller knows to be joined: it need not look again. */
  readonly #joined: Uint8Array;

  constructor(context: SaleContext) {
    const { events } = context.size;
    this.#context = context;
    this.#stride = strideOf(events);
    this.#lastSerials = new Int32Array(events);
    this.#joined = new Uint8Array(events);
  }

  reserve(event: number, quantity: number): number {
    const { words, contention, self, work } = this.#context;
    const lease = this.#leaseOf(self, event);
    while (this.#joined[event] === 0) {
      const left = words.load(lease);
      if (left === CALLED_BACK) {
        this.#awaitJoined(event);
      } else if (left < quantity) {
        if (!this.#renewLease(event, quantity, left)) this.#join(event);
      } else {
        work();
        if (words.compareExchange(lease, left, left - quantity) === left) {
          return (this.#lastSerials[event] as number) - left + 1;
        }
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
    const { words, inventory, size, self } = this.#context;
    let sum = 0;
    for (let next = 0; this.#joined[event] === 0 && next < size.members; next++) {
      const lease = this.#leaseOf((self + next) % size.members, event);
      sum += Math.max(0, words.load(lease));
    }
    // What is called back in between counts twice; there are never more tickets than there were.
    return Math.min(size.tickets, sum + words.load(inventory.remaining(event)));
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

  /** Gives back the rest of a lease and takes a new one; false when there is too little for it. */
  #renewLease(event: number, quantity: number, rest: number): boolean {
    const { words, inventory, self } = this.#context;
    const lease = this.#leaseOf(self, event);
    // Said before any ticket leaves the stock: a switch that missed what is on its way would let
    // others be refused for want of it.
    if (words.compareExchange(lease, rest, BEING_FILLED) !== rest) return true;
    const taken = this.#takeFromStock(event, quantity, rest);
    if (taken > 0) this.#lastSerials[event] = inventory.issue(event, taken) + (taken - 1);
    words.store(lease, taken > 0 ? taken : rest);
    words.notify(lease);
    return taken > 0;
  }

  #takeFromStock(event: number, quantity: number, rest: number): number {
    const { words, inventory, contention, size } = this.#context;
    const at = inventory.remaining(event);
    for (;;) {
      const seen = words.load(at);
      const share = Math.floor(seen / (SHARE_PARTS * size.members));
      if (share < quantity) return 0;
      const taken = Math.max(quantity, Math.min(share, LEASE_MAX));
      if (words.compareExchange(at, seen, seen - taken + rest) === seen) return taken;
      contention.retries++;
    }
  }

  /** Switches to the joined phase, or waits for whoever came first. */
  #join(event: number): void {
    const { words, inventory, size, self } = this.#context;
    const phase = this.#phaseOf(event);
    if (words.compareExchange(phase, SPLIT, self + 1) !== SPLIT) {
      this.#awaitJoined(event);
      return;
    }
    let back = 0;
    for (let next = 0; next < size.members; next++) {
      back += this.#callBack(event, (self + next) % size.members);
    }
    words.add(inventory.remaining(event), back);
    // Only now may anybody be refused: nothing is in a lease or on its way any more.
    words.store(phase, JOINED);
    words.notify(phase);
    this.#joined[event] = 1;
  }

  /** Ends a member's lease; how many tickets were left in it. */
  #callBack(event: number, member: number): number {
    const { words } = this.#context;
    const lease = this.#leaseOf(member, event);
    for (;;) {
      const left = words.load(lease);
      if (left === BEING_FILLED) this.#outwait(lease, left, member);
      else if (words.compareExchange(lease, left, CALLED_BACK) === left) return left;
    }
  }

  #awaitJoined(event: number): void {
    const phase = this.#phaseOf(event);
    const seen = this.#context.words.load(phase);
    if (seen !== JOINED) this.#outwait(phase, seen, seen - 1);
    this.#joined[event] = 1;
  }

  /** Waits until `holder` has changed the word. */
  #outwait(index: number, seen: number, holder: number): void {
    const { words, contention, crew, own, size } = this.#context;
    contention.waits++;
    for (let turn = 1; turn < words.patience; turn++) {
      words.spin();
      if (words.load(index) !== seen) return;
    }
    while (words.load(index) === seen) {
      if (words.wait(index, seen, OWNER_CHECK_MS) !== 'timed-out') continue;
      throwIfAbandoned(`the ${describeWord(index - own, size).name}`, holder, crew);
    }
  }

  #phaseOf(event: number): number {
    return this.#context.own + event;
  }

  #leaseOf(member: number, event: number): number {
    return this.#context.own + (1 + member) * this.#stride + event;
  }
}
