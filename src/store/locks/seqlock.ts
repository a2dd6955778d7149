// A version of what it guards: readers look twice at it and write nothing; a writer takes it from the
// version it has read, and so learns whether anything changed since.
// Cost: two loads for a reader; a load, a compare-and-swap and an exchange for a writer. Who finds it
// odd waits for the writer; who finds it changed has to begin anew, and may have to again and again.
// Source: Linux's seqlocks (Lameter, "Effective Synchronization on Linux/NUMA Systems", 2005); Boehm,
// "Can Seqlocks Get Along with Programming Language Memory Models?", MSPC 2012. That a taken one
// names its writer, as our mutex does, is our addition.
import { LINE_WORDS } from '../layout.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SharedWords } from '../words.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';
import type { LockContext } from './mutex.ts';

/** Words a seqlock takes: a whole line. */
export const SEQLOCK_WORDS: number = LINE_WORDS;

/** Set while somebody writes: above the lower two bits then stands the writer, else the version. */
const WRITTEN = 1;
/** Set while somebody may sleep until the writer is done. */
const WAITED_FOR = 2;
const SHIFT = 2;
/** 2^30 versions: a reader takes one for another only if it sleeps through exactly so many. */
const NEXT_VERSION: number = 1 << SHIFT;

/** The writer that a taken one names, or -1. */
function writerOf(state: number): number {
  return (state & WRITTEN) === 0 ? -1 : (state >> SHIFT) - 1;
}

/**
 * One thread's handle on a seqlock in one shared word. What it guards is read without keeping anybody
 * out, so it has to be read by `load` and written by `store`.
 */
export class Seqlock {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #state: number;
  readonly #mine: number;
  readonly #name: string;
  /** The version that this thread took last. */
  #taken = 0;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#state = first;
    this.#mine = ((context.self + 1) << SHIFT) | WRITTEN;
    this.#name = name;
  }

  /** What the word at `offset` of a seqlock means. */
  static describe(offset: number, name: string): WordMeaning {
    if (offset > 0) return { name: `${name}: unused word ${offset}` };
    return {
      name,
      naming: {
        memberOf: writerOf,
        rename: (state, member) => ((member + 1) << SHIFT) | (state & (WRITTEN | WAITED_FOR)),
      },
      show(state, who) {
        if ((state & WRITTEN) === 0) return `version ${state >>> SHIFT}`;
        return `written by ${who(writerOf(state))}${state & WAITED_FOR ? ', waited for' : ''}`;
      },
    };
  }

  /**
   * The version to read or to write from; waits while somebody writes.
   * @throws AbandonedLockError when the writer died, within {@link OWNER_CHECK_MS}
   */
  begin(): number {
    const state = this.#words.load(this.#state);
    return (state & WRITTEN) === 0 ? state : this.#awaitVersion();
  }

  /** Whether nobody has written since `version`: what was read belongs together. */
  validate(version: number): boolean {
    return this.#words.load(this.#state) === version;
  }

  /** Begins to write if nobody has since `version`; others then wait until {@link publish}. */
  take(version: number): boolean {
    this.#taken = version;
    return this.#words.compareExchange(this.#state, version, this.#mine) === version;
  }

  /** Ends writing, with a new version. */
  publish(): void {
    const state = this.#words.exchange(this.#state, (this.#taken + NEXT_VERSION) | 0);
    if ((state & WAITED_FOR) !== 0) this.#words.notify(this.#state);
  }

  #awaitVersion(): number {
    this.#context.contention.waits++;
    for (let turn = 1; turn < this.#words.patience; turn++) {
      this.#words.spin();
      const state = this.#words.load(this.#state);
      if ((state & WRITTEN) === 0) return state;
    }
    for (;;) {
      const state = this.#words.load(this.#state);
      if ((state & WRITTEN) === 0) return state;
      const waited = state | WAITED_FOR;
      // Announced before sleeping, so that the writer knows to wake us.
      if (state === waited || this.#words.compareExchange(this.#state, state, waited) === state) {
        this.#sleep(waited);
      }
    }
  }

  #sleep(state: number): void {
    if (this.#words.wait(this.#state, state, OWNER_CHECK_MS) !== 'timed-out') return;
    const writer = writerOf(this.#words.load(this.#state));
    if (writer >= 0) throwIfAbandoned(this.#name, writer, this.#context.crew);
  }
}
