import { type Layout, LINE_WORDS } from './layout.ts';
import type { WordMeaning } from './meaning.ts';
import type { SharedWords } from './words.ts';

const ALIVE = 0;
const DEAD = 1;

// Words of one member's line.
const STATE = 0;
const PASSES = 1;

/**
 * The threads of a run as they see each other: who has died, and who has finished what.
 *
 * Layout: one line for each thread (state, passes).
 */
export class Crew {
  readonly size: number;
  readonly #words: SharedWords;
  readonly #first: number;

  constructor(words: SharedWords, first: number, size: number) {
    this.#words = words;
    this.#first = first;
    this.size = size;
  }

  static reserve(layout: Layout, size: number): number {
    return layout.reserve(size * LINE_WORDS);
  }

  /** What word `index` of the crew's words means. */
  describe(index: number): WordMeaning {
    const offset = index - this.#first;
    const member = Math.floor(offset / LINE_WORDS);
    const name = { [STATE]: 'death', [PASSES]: 'passes' }[offset % LINE_WORDS] ?? 'unused word';
    return { name, member };
  }

  /** The word that says whether `member` has died, and what it then holds. */
  death(member: number): { readonly word: number; readonly value: number } {
    return { word: this.#at(member, STATE), value: DEAD };
  }

  isDead(member: number): boolean {
    return this.#words.load(this.#at(member, STATE)) === DEAD;
  }

  /** The first member known to have died, or -1. */
  firstDead(): number {
    for (let member = 0; member < this.size; member++) if (this.isDead(member)) return member;
    return -1;
  }

  markDead(member: number): void {
    const { word, value } = this.death(member);
    this.#words.store(word, value);
  }

  markAlive(member: number): void {
    this.#words.store(this.#at(member, STATE), ALIVE);
  }

  /** Says that `member` begins (odd) or has finished (even) a chunk of requests. */
  pass(member: number): void {
    this.#words.add(this.#at(member, PASSES), 1);
  }

  /** How often `member` has begun or finished a chunk. */
  passes(member: number): number {
    return this.#words.load(this.#at(member, PASSES));
  }

  #at(member: number, word: number): number {
    return this.#first + member * LINE_WORDS + word;
  }
}
