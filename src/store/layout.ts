import { invariant } from '../base/invariant.ts';

/**
 * Words in one 64-byte cache line. Words that different threads write are kept a line apart, because
 * a processor moves whole lines: neighbours would slow each other down without sharing anything.
 */
export const LINE_WORDS = 16;

/** Hands out ranges of words one after another, each beginning a cache line. */
export class Layout {
  #end: number;

  /** @param first where the first range begins */
  constructor(first = 0) {
    this.#end = first;
  }

  /** The first word of a new range of `words` words. */
  reserve(words: number): number {
    invariant(Number.isInteger(words) && words >= 0, `a range has ${words} words`);
    const first = this.#end;
    this.#end += Math.ceil(words / LINE_WORDS) * LINE_WORDS;
    invariant(first % LINE_WORDS === 0, `the range at word ${first} does not begin a line`);
    return first;
  }

  /** How many words all ranges take, with what lies before the first. */
  get words(): number {
    return this.#end;
  }
}
