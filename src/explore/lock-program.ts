import { Crew } from '../store/crew.ts';
import { Layout, LINE_WORDS } from '../store/layout.ts';
import { AbandonedLockError } from '../store/locks/abandoned.ts';
import type { LockContext } from '../store/locks/mutex.ts';
import { LoneWords } from '../store/lone-words.ts';
import type { WordMeaning } from '../store/meaning.ts';
import type { SharedWords } from '../store/words.ts';
import type { Monitor, Program, ProgramClient, Violation } from './program.ts';
import type { Script } from './script.ts';
import { nameOf, TOLD_OF_DEATH } from './small-sale.ts';

/** A lock as its users see it. */
export interface LockHandle {
  /** Does something that nobody else may do or see half done meanwhile. */
  write(action: () => void): void;
  /** Looks at what nobody may change meanwhile; looks again if somebody has. */
  read(action: () => number): number;
}

/** A kind of lock. */
export interface LockKind {
  readonly name: string;
  /** Whether what it guards has to be accessed atomically, since readers keep nobody out. */
  readonly guardsAtomics?: boolean;
  /** Whether readers are let in together. */
  readonly sharesReads?: boolean;
  words(members: number): number;
  describe(offset: number, members: number): WordMeaning;
  open(context: LockContext, first: number, members: number): LockHandle;
}

/** Who wants a lock, and how often. */
export interface LockTerms {
  /** Clients that count up a number under the lock. */
  readonly writers: number;
  /** Clients that only read it. */
  readonly readers: number;
  /** Times each of them enters. */
  readonly rounds: number;
}

const NOT_READ = -1;

/**
 * Clients that count up two numbers under a lock, with plain reads and writes: were two inside at once,
 * they would race, and counts would be lost. Readers see whether the two numbers are equal.
 */
export function lockProgram(kind: LockKind, terms: LockTerms): Program {
  const size = terms.writers + terms.readers;
  const layout = new Layout();
  const crewAt = Crew.reserve(layout, size);
  const lockAt = layout.reserve(kind.words(size));
  const left = layout.reserve(LINE_WORDS);
  const right = left + 1;
  const contextFor = (words: SharedWords, self: number): LockContext => {
    const crew = new Crew(words, crewAt, size);
    return { words, crew, self, contention: { retries: 0, waits: 0 } };
  };
  const clients: ProgramClient[] = Array.from({ length: size }, (_, self) => {
    const reads = self >= terms.writers;
    return {
      name: nameOf(self),
      likeness: reads ? 'reader' : 'writer',
      operations: Array.from({ length: terms.rounds }, () => (reads ? 'read' : 'count up')),
      outcomeOf: (_operation, outcome) => outcomeText(reads, outcome),
      code(script: Script): void {
        const context = contextFor(script, self);
        const lock = kind.open(context, lockAt, size);
        const counts = new Counts(script, left, right, kind.guardsAtomics ?? false);
        for (let round = 0; round < terms.rounds; round++) {
          script.begin(round);
          const outcome = attempt(context, () => {
            if (reads) return lock.read(() => counts.difference());
            lock.write(() => counts.countUp());
            return NOT_READ;
          });
          script.end(outcome);
          if (outcome === TOLD_OF_DEATH) return;
        }
      },
    };
  });
  const crew = new Crew(new LoneWords(new Int32Array(layout.words)), crewAt, size);
  return {
    clients,
    initial: new Int32Array(layout.words),
    describe(word) {
      if (word === left) return { name: 'left count' };
      if (word === right) return { name: 'right count' };
      if (word >= lockAt && word < lockAt + kind.words(size)) {
        return kind.describe(word - lockAt, size);
      }
      return word < lockAt ? crew.describe(word) : { name: `unused word ${word}` };
    },
    death: (client) => crew.death(client),
    monitor: new LockMonitor(terms, left, right),
    racesAreViolations: true,
  };
}

/** Two numbers that are equal whenever nobody is inside. */
class Counts {
  readonly #words: SharedWords;
  readonly #left: number;
  readonly #right: number;
  readonly #atomic: boolean;

  constructor(words: SharedWords, left: number, right: number, atomic: boolean) {
    this.#words = words;
    this.#left = left;
    this.#right = right;
    this.#atomic = atomic;
  }

  countUp(): void {
    this.#write(this.#left, this.#read(this.#left) + 1);
    this.#write(this.#right, this.#read(this.#right) + 1);
  }

  /** How far the numbers are apart: not at all, unless a writer is inside. */
  difference(): number {
    return Math.abs(this.#read(this.#left) - this.#read(this.#right));
  }

  #read(word: number): number {
    return this.#atomic ? this.#words.load(word) : this.#words.get(word);
  }

  #write(word: number, value: number): void {
    if (this.#atomic) this.#words.store(word, value);
    else this.#words.set(word, value);
  }
}

function attempt({ crew, self }: LockContext, action: () => number): number {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof AbandonedLockError)) throw error;
    crew.markDead(self);
    return TOLD_OF_DEATH;
  }
}

function outcomeText(reads: boolean, outcome: number): string {
  if (outcome === TOLD_OF_DEATH) return 'told that somebody died';
  return reads ? `read counts ${outcome} apart` : 'counted';
}

/** Whether all that was counted is there. A monitor without a past: its state is always 0. */
class LockMonitor implements Monitor {
  readonly initial = 0;
  readonly size = 1;
  readonly #terms: LockTerms;
  readonly #left: number;
  readonly #right: number;

  constructor(terms: LockTerms, left: number, right: number) {
    this.#terms = terms;
    this.#left = left;
    this.#right = right;
  }

  begin(): number {
    return 0;
  }

  end(
    _state: number,
    client: number,
    at: readonly { readonly ended: number | undefined }[],
  ): number | Violation {
    const outcome = at[client]?.ended ?? 0;
    if (outcome <= 0) return 0;
    const message = `${nameOf(client)} reads counts that are ${outcome} apart: a writer is inside, too`;
    return { kind: 'broken lock', message };
  }

  die(): number {
    return 0;
  }

  finish(_at: readonly unknown[], memory: Int32Array, someDied: boolean): Violation | undefined {
    const { writers, rounds } = this.#terms;
    const counts = [memory[this.#left], memory[this.#right]];
    if (someDied || counts.every((count) => count === writers * rounds)) return undefined;
    const message = `${writers * rounds} were counted, and the counts are ${counts.join(' and ')}`;
    return { kind: 'broken lock', message };
  }

  rename(): number {
    return 0;
  }
}
