import type { SharedWords } from '../words.ts';

/** Seats in one word. */
export const SEATS_PER_WORD = 32;

/** No seats, or not so many next to each other. */
export const NO_SEAT = -1;

const ALL_FREE = 0;
const ALL_TAKEN = -1;

/** The place of the lowest bit that is set; 32 if none is. */
function lowestBit(bits: number): number {
  return bits === 0 ? SEATS_PER_WORD : 31 - Math.clz32(bits & -bits);
}

/** `count` bits that begin with bit `first`. */
function bitsFrom(first: number, count: number): number {
  return (count === SEATS_PER_WORD ? ALL_TAKEN : (1 << count) - 1) << first;
}

/** Where `count` bits next to each other are set in `bits`: the first of the lowest; 32 if nowhere. */
function lowestRun(bits: number, count: number): number {
  let starts = bits;
  for (let length = 1; length < count && starts !== 0; length++) starts &= starts >>> 1;
  return lowestBit(starts);
}

/**
 * The seats of one event in a row, as one thread sees them: a bit each, set while the seat is taken.
 * Words are claimed one by one, so a group that spans several may have to give some of them back.
 */
export class SeatRow {
  readonly #words: SharedWords;
  readonly #seats: number;
  readonly #length: number;
  #first = 0;
  /** What the search saw in the last word of the seats it found. */
  #seen = ALL_FREE;

  constructor(words: SharedWords, seats: number) {
    this.#words = words;
    this.#seats = seats;
    this.#length = Math.ceil(seats / SEATS_PER_WORD);
  }

  /** Looks at the row that begins with word `first`. */
  at(first: number): this {
    this.#first = first;
    return this;
  }

  /** How many words the row takes. */
  get length(): number {
    return this.#length;
  }

  /**
   * Looks for free seats next to each other, from word `start` of the row on and then from its front.
   * @returns the first of them, or {@link NO_SEAT}
   */
  find(quantity: number, start: number): number {
    const seat = this.#findBetween(quantity, start, this.#length);
    if (seat !== NO_SEAT || start === 0) return seat;
    // On past the start by as much as a group can reach into it from before.
    const reach = Math.ceil((quantity - 1) / SEATS_PER_WORD);
    return this.#findBetween(quantity, 0, Math.min(this.#length, start + reach));
  }

  /** Takes all of these seats, just found, or none: when somebody was faster. */
  claim(seat: number, quantity: number): boolean {
    const end = seat + quantity;
    const last = Math.floor((end - 1) / SEATS_PER_WORD);
    let from = seat;
    while (from < end) {
      const word = Math.floor(from / SEATS_PER_WORD);
      const mask = this.#maskFrom(from, end);
      // Only a guess of what else is taken there; a wrong one costs another try.
      if (!this.#claimWord(word, mask, word === last ? this.#seen : ALL_FREE)) {
        this.release(seat, from - seat);
        return false;
      }
      from = (word + 1) * SEATS_PER_WORD;
    }
    return true;
  }

  /** Frees seats that the caller has taken. */
  release(seat: number, quantity: number): void {
    const end = seat + quantity;
    for (let from = seat; from < end; ) {
      const word = Math.floor(from / SEATS_PER_WORD);
      // The bits are set and nobody else's to clear, so a subtraction clears just them.
      this.#words.sub(this.#first + word, this.#maskFrom(from, end));
      from = (word + 1) * SEATS_PER_WORD;
    }
  }

  #claimWord(word: number, mask: number, guess: number): boolean {
    let expected = guess;
    for (;;) {
      const seen = this.#words.compareExchange(this.#first + word, expected, expected | mask);
      if (seen === expected) return true;
      if ((seen & mask) !== 0) return false;
      expected = seen;
    }
  }

  /** The bits of seats `from` up to `end` that lie in the word of `from`. */
  #maskFrom(from: number, end: number): number {
    const bit = from % SEATS_PER_WORD;
    return bitsFrom(bit, Math.min(SEATS_PER_WORD - bit, end - from));
  }

  /** As {@link find}, among the words from `start` up to `end`. */
  #findBetween(quantity: number, start: number, end: number): number {
    // Free seats up to the end of the word before.
    let run = 0;
    for (let word = start; word < end; word++) {
      const seen = this.#words.load(this.#first + word);
      const taken = seen | this.#missingIn(word);
      const base = word * SEATS_PER_WORD;
      const inFront = lowestBit(taken);
      if (run + inFront >= quantity) {
        this.#seen = seen;
        return base - run;
      }
      if (taken === ALL_FREE) {
        run += SEATS_PER_WORD;
        continue;
      }
      const inside = lowestRun(~taken, quantity);
      if (inside < SEATS_PER_WORD) {
        this.#seen = seen;
        return base + inside;
      }
      run = Math.clz32(taken);
    }
    return NO_SEAT;
  }

  /** The bits of the row's last word for which there are no seats. */
  #missingIn(word: number): number {
    const seats = this.#seats - word * SEATS_PER_WORD;
    return seats >= SEATS_PER_WORD ? ALL_FREE : ALL_TAKEN << seats;
  }
}
