// A ring in which sellers queue their requests for one clerk.
//
// It never overflows: it has an entry for every seller, and each has one request at a time. A seller
// that dies between drawing its place and filling it leaves a gap that nobody can fill, as with the
// Disruptor: the clerk stops there, and everybody is told.
import { LINE_WORDS } from '../layout.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from '../locks/abandoned.ts';
import { MEMBER_PLUS_ONE, showMember, type WordMeaning } from '../meaning.ts';
import type { Clerk, SaleContext, SaleSize } from '../strategy.ts';
import { RequestSlots } from './request-slots.ts';
import { type StockKeeper, stockKeeper } from './stock-keeper.ts';

// Lines: the next place in the ring; the clerk's bell and how many sellers have closed; the place that
// the clerk serves next; the ring's entries, each a member plus one; the slots.
const TAIL = 0;
const BELL = LINE_WORDS;
const CLOSED = BELL + 1;
const HEAD = 2 * LINE_WORDS;
const RING = 3 * LINE_WORDS;

// The bell: rung, or waiting to be.
const RUNG = 0;
const AWAITED = 1;

/**
 * Every request is a hand-over. Two threads that sleep at once when the other is not quick wake each
 * other for ever after, so both wait busily for about as long as a sleep and a wake-up take: at most
 * twice what the better choice would have cost (Karlin et al., "Competitive Spinning", SOSP 1991).
 */
const HAND_OVER_PATIENCE = 32;

// Whose gap it is in the ring cannot be known.
const UNKNOWN_SELLER = -1;

/** Where one seller hands in its requests, and waits for the answers. */
export class RingDesk {
  readonly #context: SaleContext;
  readonly #slots: RequestSlots;
  readonly #mask: number;
  readonly #clerk: number;
  /** A seller without a clerk does the clerk's work itself. */
  readonly #ownClerk: Clerk | undefined;

  constructor(context: SaleContext) {
    const { size, own } = context;
    this.#context = context;
    this.#slots = new RequestSlots(context, own + slotsAt(size));
    this.#mask = ringSize(size) - 1;
    this.#clerk = size.members - 1;
    this.#ownClerk = size.members === 1 ? new RingClerk(context) : undefined;
  }

  serve(event: number, quantity: number): number {
    const { words, own, self, contention } = this.#context;
    this.#slots.ask(event, quantity);
    const place = words.add(own + TAIL, 1) & this.#mask;
    words.store(own + RING + place * LINE_WORDS, self + 1);
    this.#ring();
    if (this.#ownClerk) {
      this.#ownClerk.serve();
    } else {
      contention.waits++;
      this.#awaitAnswer();
    }
    return this.#slots.answer;
  }

  close(): void {
    const { words, own } = this.#context;
    this.#slots.close();
    words.add(own + CLOSED, 1);
    this.#ring();
  }

  /** Wakes the clerk if it sleeps. */
  #ring(): void {
    const { words, own } = this.#context;
    if (words.load(own + BELL) === RUNG) return;
    if (words.exchange(own + BELL, RUNG) === AWAITED) words.notify(own + BELL, 1);
  }

  #awaitAnswer(): void {
    if (this.#slots.spinUntilAnswered(patienceOf(this.#context))) return;
    while (this.#slots.announceSleep()) {
      if (!this.#slots.sleep())
        throwIfAbandoned("the clerk's desk", this.#clerk, this.#context.crew);
    }
  }
}

/** Answers requests in the order of their places, as the only thread that writes the stock. */
export class RingClerk implements Clerk {
  readonly #context: SaleContext;
  readonly #slots: RequestSlots;
  readonly #stock: StockKeeper;
  readonly #mask: number;
  readonly #sellers: number;
  /** The place in the ring that is served next, while serving; in between, a shared word tells. */
  #next = 0;

  constructor(context: SaleContext) {
    this.#context = context;
    this.#slots = new RequestSlots(context, context.own + slotsAt(context.size));
    this.#stock = stockKeeper(context);
    this.#mask = ringSize(context.size) - 1;
    this.#sellers = sellersOf(context.size);
  }

  serve(): boolean {
    const { words, own } = this.#context;
    const patience = patienceOf(this.#context);
    this.#next = words.get(own + HEAD);
    let member = this.#asking();
    for (let turn = 1; member < 0; turn++) {
      if (turn >= patience) return this.#sleep();
      words.spin();
      member = this.#asking();
    }
    this.#answer(member);
    words.set(own + HEAD, this.#next);
    return true;
  }

  /** The member whose request is next, or -1. */
  #asking(): number {
    return this.#context.words.load(this.#entry()) - 1;
  }

  #answer(member: number): void {
    // Emptied before the answer: afterwards the asker may already need the entry again.
    this.#context.words.store(this.#entry(), 0);
    this.#next = (this.#next + 1) | 0;
    const slots = this.#slots;
    slots.give(member, this.#stock.decide(slots.eventOf(member), slots.quantityOf(member)));
  }

  /** Sleeps until the bell rings; false once there is nobody left to ring it. */
  #sleep(): boolean {
    const { words, own } = this.#context;
    // The bell is set before the last look: who comes after that look rings it.
    words.store(own + BELL, AWAITED);
    if (this.#asking() >= 0) return true;
    if (words.load(own + CLOSED) === this.#sellers) return false;
    if (words.wait(own + BELL, AWAITED, OWNER_CHECK_MS) !== 'timed-out') return true;
    if (this.#everybodyLeft()) return false;
    this.#requireNoGap();
    return true;
  }

  #everybodyLeft(): boolean {
    for (let seller = 0; seller < this.#sellers; seller++) {
      if (!this.#slots.hasClosed(seller) && !this.#context.crew.isDead(seller)) return false;
    }
    return true;
  }

  #requireNoGap(): void {
    const { words, own, crew } = this.#context;
    if (words.load(own + TAIL) === this.#next || this.#asking() >= 0) return;
    throwIfAbandoned('a place in the ring', UNKNOWN_SELLER, crew);
  }

  #entry(): number {
    return this.#context.own + RING + (this.#next & this.#mask) * LINE_WORDS;
  }
}

/** How many words a ring takes, slots included. */
export function ringWords(size: SaleSize): number {
  return slotsAt(size) + RequestSlots.words(size);
}

function patienceOf({ words }: SaleContext): number {
  return 1 + (words.patience - 1) * HAND_OVER_PATIENCE;
}

function sellersOf({ members }: SaleSize): number {
  return Math.max(1, members - 1);
}

/** A power of two, so that places stay in order when the count of requests wraps. */
function ringSize(size: SaleSize): number {
  return 2 ** Math.ceil(Math.log2(sellersOf(size)));
}

function slotsAt(size: SaleSize): number {
  return RING + ringSize(size) * LINE_WORDS;
}

/** What the word at `offset` of the ring means. */
export function describeRing(offset: number, size: SaleSize): WordMeaning {
  if (offset === TAIL) return { name: 'places drawn in the ring' };
  if (offset === BELL) {
    return { name: "the clerk's bell", show: (bell) => (bell === AWAITED ? 'awaited' : 'rung') };
  }
  if (offset === HEAD) return { name: 'place in the ring to serve next' };
  if (offset === CLOSED) return { name: 'sellers that have closed' };
  if (offset >= slotsAt(size)) return RequestSlots.describe(offset - slotsAt(size));
  if (offset < RING || offset % LINE_WORDS > 0) return { name: `unused word ${offset}` };
  const place = (offset - RING) / LINE_WORDS;
  return { name: `ring: entry ${place}`, naming: MEMBER_PLUS_ONE, show: showMember };
}
