import { LINE_WORDS } from '../layout.ts';
import { OWNER_CHECK_MS } from '../locks/abandoned.ts';
import { MEMBER_PLUS_ONE, showMember, type WordMeaning } from '../meaning.ts';
import type { SaleContext, SaleSize } from '../strategy.ts';
import type { SharedWords } from '../words.ts';

// Words of one member's slot.
const STATE = 0;
const EVENT = 1;
const QUANTITY = 2;
const ANSWER = 3;
const NEXT = 4;

// The state of a slot.
const ANSWERED = 0;
const ASKED = 1;
/** Asked, and its thread may sleep on the word: whoever answers has to wake it. */
const ASLEEP = 2;
const CLOSED = 3;
const STATE_NAMES = ['answered', 'asked', 'asked, asleep', 'closed'];

/**
 * Where each member of the crew leaves a request for whoever serves it, and gets its answer: one line
 * a member (state, event, quantity, answer, next). One thread's handle.
 *
 * A quantity below zero gives tickets back. Only the state is accessed atomically: it hands the other
 * words over, to whoever serves with the request and back with the answer.
 */
export class RequestSlots {
  readonly members: number;
  readonly #words: SharedWords;
  readonly #first: number;
  readonly #mine: number;

  constructor({ words, size, self }: SaleContext, first: number) {
    this.members = size.members;
    this.#words = words;
    this.#first = first;
    this.#mine = first + self * LINE_WORDS;
  }

  /** How many words the slots of a crew take. */
  static words({ members }: SaleSize): number {
    return members * LINE_WORDS;
  }

  /** What the word at `offset` of the slots means. */
  static describe(offset: number): WordMeaning {
    const member = Math.floor(offset / LINE_WORDS);
    const word = offset % LINE_WORDS;
    if (word === STATE) {
      return { name: 'request', member, show: (state) => STATE_NAMES[state] ?? `${state}` };
    }
    if (word === EVENT) return { name: 'event of the request', member };
    if (word === QUANTITY) return { name: 'quantity of the request', member, show: showQuantity };
    if (word === ANSWER) return { name: 'answer to the request', member };
    if (word > NEXT) return { name: `unused word ${word} of the request`, member };
    return { name: 'next request', member, naming: MEMBER_PLUS_ONE, show: showMember };
  }

  /** Publishes this thread's request. */
  ask(event: number, quantity: number): void {
    this.#words.set(this.#mine + EVENT, event);
    this.#words.set(this.#mine + QUANTITY, quantity);
    this.#words.store(this.#mine + STATE, ASKED);
  }

  /** The answer to this thread's request, once it is {@link answered}. */
  get answer(): number {
    return this.#words.get(this.#mine + ANSWER);
  }

  get answered(): boolean {
    return this.#words.load(this.#mine + STATE) === ANSWERED;
  }

  /** Waits busily for the answer, for less than `turns` turns; whether it came. */
  spinUntilAnswered(turns: number): boolean {
    for (let turn = 1; turn < turns; turn++) {
      this.#words.spin();
      if (this.answered) return true;
    }
    return false;
  }

  /** Says that this thread is about to sleep; false if it has been answered. */
  announceSleep(): boolean {
    return this.#words.compareExchange(this.#mine + STATE, ASKED, ASLEEP) !== ANSWERED;
  }

  /** Sleeps as announced, until answered or woken; false if its time ran out. */
  sleep(): boolean {
    return this.#words.wait(this.#mine + STATE, ASLEEP, OWNER_CHECK_MS) !== 'timed-out';
  }

  /** Says that this thread asks no more. */
  close(): void {
    this.#words.store(this.#mine + STATE, CLOSED);
  }

  hasAsked(member: number): boolean {
    const state = this.#words.load(this.#at(member, STATE));
    return state === ASKED || state === ASLEEP;
  }

  hasClosed(member: number): boolean {
    return this.#words.load(this.#at(member, STATE)) === CLOSED;
  }

  eventOf(member: number): number {
    return this.#words.get(this.#at(member, EVENT));
  }

  quantityOf(member: number): number {
    return this.#words.get(this.#at(member, QUANTITY));
  }

  /** The word of `member` that links its request to another one. */
  next(member: number): number {
    return this.#at(member, NEXT);
  }

  /** Answers the request of `member`, whose slot is its own again from here on. */
  give(member: number, answer: number): void {
    const state = this.#at(member, STATE);
    this.#words.set(this.#at(member, ANSWER), answer);
    if (this.#words.exchange(state, ANSWERED) === ASLEEP) this.#words.notify(state, 1);
  }

  /** Wakes one member that sleeps unanswered, if there is one. */
  wakeOne(): void {
    for (let member = 0; member < this.members; member++) {
      const state = this.#at(member, STATE);
      if (this.#words.load(state) !== ASLEEP) continue;
      // It may have been answered just now; then whoever did that looks after the others.
      if (this.#words.compareExchange(state, ASLEEP, ASKED) === ASLEEP) {
        this.#words.notify(state, 1);
      }
      return;
    }
  }

  #at(member: number, word: number): number {
    return this.#first + member * LINE_WORDS + word;
  }
}

function showQuantity(quantity: number): string {
  return quantity < 0 ? `gives back ${-quantity}` : `reserves ${quantity}`;
}
