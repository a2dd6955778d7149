import { type Layout, LINE_WORDS } from './layout.ts';
import type { SharedWords } from './words.ts';

/**
 * How many tickets of each event clients hold: one word an event, each in a line of its own.
 *
 * It belongs to the lab, not to the strategy: sellers add what a client was just granted before they
 * stamp the end of the request, and subtract what a cancel returned before they stamp its end. So a
 * value read at some moment never counts a grant that had not begun by then, and still counts every
 * ticket whose return had not ended: what it leaves free was no less truly free.
 */
export class Tally {
  readonly events: number;
  readonly #words: SharedWords;
  readonly #first: number;

  constructor(words: SharedWords, first: number, events: number) {
    this.#words = words;
    this.#first = first;
    this.events = events;
  }

  static reserve(layout: Layout, events: number): number {
    return layout.reserve(events * LINE_WORDS);
  }

  add(event: number, quantity: number): void {
    this.#words.add(this.#first + event * LINE_WORDS, quantity);
  }

  held(event: number): number {
    return this.#words.load(this.#first + event * LINE_WORDS);
  }
}
