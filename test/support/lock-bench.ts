import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { AtomicWords } from '../../src/store/words.ts';
import { allocateLockRoom, enterLockRoom, type LockKind, type LockRoom } from './lock-room.ts';
import type { LockTask } from './lock-worker.ts';
import { StagedWords } from './staged-words.ts';

/** How often a thread does what it does over and over. */
export const ROUNDS = 3000;

/** Threads of one test around one lock; they end with the test. */
export class Bench {
  readonly memory: SharedArrayBuffer;
  readonly words: AtomicWords;
  readonly #size: number;
  readonly #t: TestContext;
  #self = 0;

  constructor(t: TestContext, size: number) {
    this.#t = t;
    this.#size = size;
    this.memory = allocateLockRoom(size);
    this.words = new AtomicWords(this.memory);
  }

  /** Makes this thread the next of the crew. */
  enter(): LockRoom {
    return enterLockRoom(this.words, this.#size, this.#self++);
  }

  start(task: LockTask, kind: LockKind): BenchThread {
    const self = this.#self++;
    const workerData = { task, kind, memory: this.memory, size: this.#size, self, rounds: ROUNDS };
    const worker = new Worker(new URL('../support/lock-worker.js', import.meta.url), {
      workerData,
    });
    this.#t.after(() => worker.terminate());
    return new BenchThread(worker);
  }
}

export class BenchThread {
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #heard: string[] = [];
  #listener: () => void = () => {};

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: string) => {
      this.#heard.push(message);
      this.#listener();
    });
    this.ended = new Promise((resolve, reject) => {
      worker.once('exit', () => resolve());
      worker.once('error', reject);
    });
  }

  /** The next message. */
  async says(): Promise<string> {
    while (this.#heard.length === 0) {
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
      });
    }
    return this.#heard.shift() as string;
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * A room of three seen from its members 1 and 2, who never really sleep; member 0, or whoever else is
 * to come, acts meanwhile.
 */
export function openStagedRoom(): {
  words: StagedWords;
  mine: LockRoom;
  third: LockRoom;
  other: LockRoom;
} {
  const memory = allocateLockRoom(3);
  const words = new StagedWords(memory);
  return {
    words,
    mine: enterLockRoom(words, 3, 1),
    third: enterLockRoom(words, 3, 2),
    other: enterLockRoom(new AtomicWords(memory), 3, 0),
  };
}
