import type { MemberNaming } from '../store/meaning.ts';
import type { ClientState } from './client-tree.ts';
import type { Program } from './program.ts';
import { STEP, type Step, valueAfter } from './step.ts';

/** Thrown when clients that should be alike are not: then every state has to be visited. */
export class AsymmetryError extends Error {
  override name = 'AsymmetryError';
}

/** How words and their values change when members are renamed. */
export class WordRenaming {
  readonly #program: Program;
  readonly #namings: (MemberNaming | null)[] = [];
  readonly #members: Int32Array;
  /** The words of one name, by member. */
  readonly #families: Map<string, number[]> = new Map();

  constructor(program: Program) {
    this.#program = program;
    this.#members = new Int32Array(program.initial.length).fill(-1);
    for (let word = 0; word < program.initial.length; word++) {
      const { name, member } = program.describe(word);
      if (member === undefined) continue;
      this.#members[word] = member;
      const family = this.#families.get(name) ?? [];
      family[member] ??= word;
      this.#families.set(name, family);
    }
  }

  word(word: number, renaming: readonly number[]): number {
    const member = word < 0 ? -1 : (this.#members[word] as number);
    if (member < 0) return word;
    const family = this.#families.get(this.#program.describe(word).name) as number[];
    const target = family[renaming[member] ?? member];
    if (target === undefined || family[member] !== word) {
      throw new AsymmetryError('words that not every member has alike');
    }
    return target;
  }

  value(word: number, value: number, renaming: readonly number[]): number {
    const naming = this.#naming(word);
    if (!naming) return value;
    const member = naming.memberOf(value);
    const renamed = renaming[member];
    return renamed === undefined ? value : naming.rename(value, renamed);
  }

  result({ kind, word }: Step, result: number, renaming: readonly number[]): number {
    const counts = kind === STEP.wait || kind === STEP.notify || kind === STEP.local;
    return counts ? result : this.value(word, result, renaming);
  }

  agrees(step: Step | undefined, twin: Step | undefined, renaming: readonly number[]): boolean {
    if (!step || !twin) return step === twin;
    const { kind, word } = step;
    if (kind !== twin.kind || step.timed !== twin.timed) return false;
    if (twin.word !== this.word(word, renaming)) return false;
    const counts = kind === STEP.add || kind === STEP.sub || kind === STEP.notify;
    if (counts || kind === STEP.local) return step.value === twin.value;
    return (
      this.value(word, step.value, renaming) === twin.value &&
      this.value(word, step.replacement, renaming) === twin.replacement
    );
  }

  /**
   * Sees that a step does to a renamed word what it does to the word, renamed.
   * @throws AsymmetryError when it does not
   */
  checkEffect(
    step: Step,
    result: number,
    { parent, result: otherResult }: ClientState,
    renaming: readonly number[],
  ): void {
    const other = parent?.step;
    if (other === undefined || step.word < 0 || step.kind >= STEP.wait) return;
    const left = this.value(step.word, valueAfter(step, result), renaming);
    if (left !== valueAfter(other, otherResult)) {
      throw new AsymmetryError('a step that does not fit what its word is said to mean');
    }
  }

  /** @throws AsymmetryError when a value loses something by being renamed */
  checkReverse(
    word: number,
    value: number,
    renaming: readonly number[],
    reverse: readonly number[],
  ): void {
    if (this.value(word, this.value(word, value, renaming), reverse) === value) return;
    throw new AsymmetryError('values that do not keep all they say when they are renamed');
  }

  #naming(word: number): MemberNaming | null {
    const known = this.#namings[word];
    if (known !== undefined) return known;
    const naming = this.#program.describe(word).naming ?? null;
    this.#namings[word] = naming;
    return naming;
  }
}
