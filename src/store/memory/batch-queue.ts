// Requests of one event that gather until one of their threads decides them all.
//
// The list of an event is a stack: a request is pushed by compare-and-swap, and all are taken at once
// by an exchange, so that it does not matter if a request is taken and pushed again between another's
// look and its swap. Who pushes onto the empty list leads: the list is never filled without somebody
// who will take it. If that one dies on its way to the lock, a follower whose patience ends takes the
// list instead; if it dies with the lock, whoever then wants the lock is told.
import { LINE_WORDS } from '../layout.ts';
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { MEMBER_PLUS_ONE, showMember, type WordMeaning } from '../meaning.ts';
import { type SaleContext, type SaleSize, SOLD_OUT } from '../strategy.ts';
import { RequestSlots } from './request-slots.ts';

// Words of one event: its lock, and in a line of its own the latest request of its list.
const LATEST = MUTEX_WORDS;
const EVENT_WORDS = MUTEX_WORDS + LINE_WORDS;

/** One thread's handle on the queues of all events. */
export class BatchQueue {
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

  /** How many words the queues of a sale take. */
  static words(size: SaleSize): number {
    return size.events * EVENT_WORDS + RequestSlots.words(size);
  }

  /** What the word at `offset` of the queues means. */
  static describe(offset: number, { events }: SaleSize): WordMeaning {
    const event = Math.floor(offset / EVENT_WORDS);
    if (event >= events) return RequestSlots.describe(offset - events * EVENT_WORDS);
    const word = offset % EVENT_WORDS;
    if (word < LATEST) return Mutex.describe(word, nameOf(event));
    if (word > LATEST) return { name: `event ${event}: unused word ${word}` };
    return { name: `latest request of event ${event}`, naming: MEMBER_PLUS_ONE, show: showMember };
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

function nameOf(event: number): string {
  return `the batch lock of event ${event}`;
}
