import { LINE_WORDS } from '../store/layout.ts';
import { AtomicWords, type SharedWords } from '../store/words.ts';

// One line each: how many have come, how often all have, and how many were awake by then, over all.
const ARRIVED = 0;
const GENERATION: number = LINE_WORDS;
const AWAKE: number = 2 * LINE_WORDS;

/** Some 30 us, longer than a round mostly takes: who waits longer does better to sleep. */
const SPIN_TURNS = 2000;
/** How long a sleep lasts. Sleepers look for themselves: see {@link Barrier}. */
const SLEEP_MS = 0.1;
/** Some 0.4 ms: enough for sleepers to wake up, and not much where they find no processor. */
const LINE_UP_TURNS = 30_000;

/** Who meets at a barrier. */
export interface Parties {
  readonly count: number;
  /** How many of them can run at once. */
  readonly atOnce: number;
  /** Whether who comes first waits busily at first: not if others need its processor. */
  readonly spins: boolean;
  /** Whether some of them will not come any more. */
  readonly abandoned: () => boolean;
}

/**
 * Where threads meet, again and again, to begin something in one moment.
 *
 * First whoever comes waits for all others, soon asleep. But sleepers wake up one by one, tens of
 * microseconds apart: by then the others are done, and there was no race. So whoever is awake then waits
 * busily until all are, or as many as can run at once. For a short while only, lest it keep the
 * processor from those it waits for.
 *
 * Nobody wakes anybody. Linux moves a thread that is woken towards the processor of the one that woke it,
 * and two threads on one processor take turns and never race: on a machine with other work to do, of 2
 * threads' rounds less than one in a hundred was contested so, and half of them are if sleepers wake up
 * by themselves.
 *
 * Source: the sense-reversing barrier of Mellor-Crummey and Scott, "Algorithms for Scalable
 * Synchronization", TOCS 1991, with a count of generations for the sense; the lining up is ours.
 */
export class Barrier {
  readonly #words: SharedWords;
  readonly #parties: Parties;

  constructor(words: SharedWords, parties: Parties) {
    this.#words = words;
    this.#parties = parties;
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(3 * LINE_WORDS * Int32Array.BYTES_PER_ELEMENT);
  }

  static attach(memory: SharedArrayBuffer, parties: Parties): Barrier {
    return new Barrier(new AtomicWords(memory), parties);
  }

  /** Waits for all others; false when they will not come. */
  meet(): boolean {
    if (this.#parties.abandoned()) return false;
    // Read before arriving: the last to arrive raises it.
    const generation = this.#words.load(GENERATION);
    if (!this.#gather(generation)) return false;
    this.#lineUp(generation);
    return true;
  }

  #gather(generation: number): boolean {
    const words = this.#words;
    const { count, spins, abandoned } = this.#parties;
    if (words.add(ARRIVED, 1) + 1 === count) {
      // Emptied first: whoever is released may be back before we have gone on.
      words.store(ARRIVED, 0);
      words.store(GENERATION, generation + 1);
      return true;
    }
    for (let turn = spins ? 0 : SPIN_TURNS; turn < SPIN_TURNS; turn++) {
      words.spin();
      if (words.load(GENERATION) !== generation) return true;
    }
    while (words.load(GENERATION) === generation) {
      if (abandoned()) return false;
      words.wait(GENERATION, generation, SLEEP_MS);
    }
    return true;
  }

  #lineUp(generation: number): void {
    const words = this.#words;
    const { count, atOnce } = this.#parties;
    // Everybody has lined up in all generations before, or would not have come again.
    const enough = generation * count + Math.min(count, atOnce);
    if (words.add(AWAKE, 1) + 1 >= enough) return;
    for (let turn = 0; turn < LINE_UP_TURNS && words.load(AWAKE) < enough; turn++) words.spin();
  }
}
