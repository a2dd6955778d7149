// Requests of one event gather while an earlier batch is decided; then one thread decides them all, in
// the order of their arrival, as a single change of the stock.
// Cost: a lock, a read and a write of the stock, and whatever a sale has to do in between, once for
// each batch instead of once for each request. That pays when requests meet and the work is long;
// alone, a request is a batch of one, and pays a list besides.
// Source: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984
// (group commit); the writer queue of LevelDB; seed system 3, phase 3.
//
// The list of an event is a stack: a request is pushed by compare-and-swap, and all are taken at once
// by an exchange, so that it does not matter if a request is taken and pushed again between another's
// look and its swap. Who pushes onto the empty list leads: the list is never filled without somebody
// who will take it. If that one dies on its way to the lock, a follower whose patience ends takes the
// list instead; if it dies with the lock, whoever then wants the lock is told.
import { LINE_WORDS } from '../layout.ts';
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { MEMBER_PLUS_ONE, showMember, type WordMeaning } from '../meaning.ts';
import {
  type Reserver,
  type SaleContext,
  type SaleSize,
  SOLD_OUT,
  type Strategy,
} from '../strategy.ts';
import { RequestSlots } from './request-slots.ts';

// Words of one event: its lock, and in a line of its own the latest request of its list.
const LATEST = MUTEX_WORDS;
const EVENT_WORDS = MUTEX_WORDS + LINE_WORDS;

export const batch: Strategy = {
  name: 'batch',
  summary:
    'Decides all waiting requests of an event at once. Work is paid per batch, not per request.',
  source: 'group commit (DeWitt et al., SIGMOD 1984); the writer queue of LevelDB; seed system 3',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  ownWords: (size) => size.events * EVENT_WORDS + RequestSlots.words(size),
  describeWord: describe,
  open(context: SaleContext): Reserver {
    const { words, inventory } = context;
    const queue = new BatchQueue(context);
    return {
      reserve: (event, quantity) => queue.serve(event, quantity),
      cancel: (event, _ticket, quantity) => queue.serve(event, -quantity),
      available: (event) => words.load(inventory.remaining(event)),
      close() {},
    };
  },
};

/** One thread's place in the queues of all events. */
class BatchQueue {
  readonly #context: SaleContext;
  readonly #slots: RequestSlots;
  readonly #mutexes: readonly Mutex[];
  /** The members of a batch, the latest first, and what each was granted, counted from the first. */
  readonly #members: Int32Array;
  readonly #decisions: Int32Array;

  constructor(context: SaleContext) {
    const { events, members } = context.size;
    this.#context = context;
    this.#slots = new RequestSlots(context, context.own + events * EVENT_WORDS);
    this.#mutexes = Array.from(
      { length: events },
      (_, event) => new Mutex(context, context.own + event * EVENT_WORDS, nameOf(event)),
    );
    this.#members = new Int32Array(members);
    this.#decisions = new Int32Array(members);
  }

  /** Has a request decided with others of its event; its answer. */
  serve(event: number, quantity: number): number {
    this.#slots.ask(event, quantity);
    if (this.#push(event)) this.#lead(event);
    else this.#follow(event);
    return this.#slots.answer;
  }

  /** Puts this thread's request on the list; whether that was empty. */
  #push(event: number): boolean {
    const { words, own, self, contention } = this.#context;
    const latest = own + event * EVENT_WORDS + LATEST;
    const next = this.#slots.next(self);
    for (;;) {
      const seen = words.load(latest);
      words.set(next, seen);
      if (words.compareExchange(latest, seen, self + 1) === seen) return seen === 0;
      contention.retries++;
    }
  }

  #follow(event: number): void {
    const { words, contention } = this.#context;
    contention.waits++;
    if (this.#slots.spinUntilAnswered(words.patience)) return;
    while (this.#slots.announceSleep()) if (!this.#slots.sleep()) this.#lead(event);
  }

  /**
   * Decides what is on the list, if anything. Answers before it unlocks: then a request that is
   * neither on the list nor answered is in the hands of the lock's owner, whose death is noticed.
   */
  #lead(event: number): void {
    const mutex = this.#mutexes[event] as Mutex;
    mutex.lock();
    const size = this.#take(event);
    if (size > 0) this.#decide(event, size);
    mutex.unlock();
  }

  /** Takes all requests off the list, the latest first; how many there were. */
  #take(event: number): number {
    const { words, own } = this.#context;
    let size = 0;
    let member = words.exchange(own + event * EVENT_WORDS + LATEST, 0) - 1;
    while (member >= 0) {
      this.#members[size++] = member;
      member = words.get(this.#slots.next(member)) - 1;
    }
    return size;
  }

  #decide(event: number, size: number): void {
    const { words, inventory, work } = this.#context;
    const at = inventory.remaining(event);
    const seen = words.get(at);
    let left = seen;
    let granted = 0;
    for (let i = size - 1; i >= 0; i--) {
      const quantity = this.#slots.quantityOf(this.#members[i] as number);
      this.#decisions[i] = SOLD_OUT;
      if (left < quantity) continue;
      left -= quantity;
      // What was given back is answered with its quantity, what was granted with its place.
      this.#decisions[i] = quantity < 0 ? -quantity : granted;
      if (quantity > 0) granted += quantity;
    }
    if (granted > 0) work();
    // Atomically, so that those who only look need no lock.
    if (left !== seen) words.store(at, left);
    this.#answer(size, granted > 0 ? inventory.issueLocked(event, granted) : 0);
  }

  #answer(size: number, firstSerial: number): void {
    for (let i = size - 1; i >= 0; i--) {
      const member = this.#members[i] as number;
      const decision = this.#decisions[i] as number;
      const isGrant = decision >= 0 && this.#slots.quantityOf(member) > 0;
      this.#slots.give(member, isGrant ? firstSerial + decision : decision);
    }
  }
}

function describe(offset: number, { events }: SaleSize): WordMeaning {
  const event = Math.floor(offset / EVENT_WORDS);
  if (event >= events) return RequestSlots.describe(offset - events * EVENT_WORDS);
  const word = offset % EVENT_WORDS;
  if (word < LATEST) return Mutex.describe(word, nameOf(event));
  if (word > LATEST) return { name: `event ${event}: unused word ${word}` };
  return { name: `latest request of event ${event}`, naming: MEMBER_PLUS_ONE, show: showMember };
}

function nameOf(event: number): string {
  return `the batch lock of event ${event}`;
}
