import { placeAt, type TextPlace } from '../../base/json-place.ts';

/** What is wrong with a file, and where. */
export interface Fault extends TextPlace {
  readonly message: string;
}

/** All that is wrong with a file: what is told of it, and how much more there is. */
export interface Faults {
  readonly told: readonly Fault[];
  readonly more: number;
}

/** More than anybody mends before trying again. */
const TOLD_MAX = 20;
/** A file can have millions: so many are looked through for the first ones. */
const KEPT_MAX = 1000;

/** Faults of one text, in the order in which they are come upon. */
export class FaultList {
  readonly #source: string;
  readonly #kept: { readonly offset: number; readonly message: string }[] = [];
  #count = 0;

  constructor(source: string) {
    this.#source = source;
  }

  add(offset: number, message: string): void {
    this.#count++;
    if (this.#kept.length < KEPT_MAX) this.#kept.push({ offset, message });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The first ones, in the order of the text. */
  all(): Faults {
    const told = this.#kept
      .toSorted((one, other) => one.offset - other.offset)
      .slice(0, TOLD_MAX)
      .map(({ offset, message }) => ({ ...placeAt(this.#source, offset), message }));
    return { told, more: this.#count - told.length };
  }
}
