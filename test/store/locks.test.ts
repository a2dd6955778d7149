import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { AtomicWords } from '../../src/store/words.ts';
import { allocateLockRoom, enterLockRoom } from '../support/lock-room.ts';
import type { LockKind, LockTask } from '../support/lock-worker.ts';
import { atTurn, StagedWords } from '../support/staged-words.ts';

const THREADS = 2 * availableParallelism() + 2;
const ROUNDS = 3000;
/** Only a lost wake-up or a lock that nobody unlocks takes so long. */
const HANGS = { timeout: 60_000 };

/** Threads of one test around one lock; they end with the test. */
class Bench {
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

class BenchThread {
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

for (const kind of ['mutex', 'write'] as const) {
  test(
    `nobody is inside a ${kind} lock with another, and no wake-up is lost: ${THREADS} threads, ${ROUNDS} rounds`,
    HANGS,
    async (t) => {
      const bench = new Bench(t, THREADS);
      const { left } = enterLockRoom(bench.words, THREADS, 0);
      const threads = Array.from({ length: THREADS }, () => bench.start('count', kind));
      await Promise.all(threads.map(({ ended }) => ended));
      assert.equal(bench.words.load(left), THREADS * ROUNDS);
    },
  );
}

test(
  `no reader sees a writer halfway, and no wake-up is lost: ${THREADS} threads, half of them read`,
  HANGS,
  async (t) => {
    const bench = new Bench(t, THREADS);
    const { left, right, violations } = enterLockRoom(bench.words, THREADS, 0);
    const threads = Array.from({ length: THREADS }, (_, i) =>
      bench.start('read-and-write', i % 2 === 0 ? 'read' : 'write'),
    );
    await Promise.all(threads.map(({ ended }) => ended));
    const writes = (THREADS / 2) * ROUNDS;
    assert.deepEqual(
      [left, right, violations].map((word) => bench.words.load(word)),
      [writes, writes, 0],
    );
  },
);

test('readers are inside together: 3 readers meet there', HANGS, async (t) => {
  const bench = new Bench(t, 3);
  const readers = [0, 1, 2].map(() => bench.start('meet', 'read'));
  assert.deepEqual(await Promise.all(readers.map((reader) => reader.says())), [
    'met',
    'met',
    'met',
  ]);
});

for (const [held, wanted] of [
  ['mutex', 'mutex'],
  ['write', 'write'],
  ['write', 'read'],
  ['read', 'write'],
] as const) {
  for (const death of ['exit-holding', 'sleep-holding'] as const) {
    const how = death === 'exit-holding' ? 'exits' : 'is terminated';
    test(
      `all who wait hear of it when the holder of a ${held} lock ${how}: 3 wait for a ${wanted} lock`,
      HANGS,
      async (t) => {
        const bench = new Bench(t, 4);
        const owner = bench.start(death, held);
        assert.equal(await owner.says(), 'holding');
        const waiters = [1, 2, 3].map(() => bench.start('queue', wanted));
        for (const waiter of waiters) assert.equal(await waiter.says(), 'queueing');
        if (death === 'exit-holding') await owner.ended;
        else await owner.kill();
        enterLockRoom(bench.words, 4, 0).crew.markDead(0);
        for (const waiter of waiters) assert.equal(await waiter.says(), 'AbandonedLockError');
      },
    );
  }
}

/** A room with two seen from its member 1, who never really sleeps; member 0 acts meanwhile. */
function openStagedRoom() {
  const memory = allocateLockRoom(3);
  const words = new StagedWords(memory);
  return {
    words,
    mine: enterLockRoom(words, 3, 1),
    other: enterLockRoom(new AtomicWords(memory), 3, 0),
  };
}

test('a waiter names the lock and the owner that died', () => {
  const { words, mine, other } = openStagedRoom();
  other.mutex.lock();
  words.turn = atTurn(1, () => other.crew.markDead(0));
  assert.throws(() => mine.mutex.lock(), new AbandonedLockError('the lock', 0, true));
});

for (const kind of ['mutex', 'write', 'read'] as const) {
  test(`who waits for a living owner goes on waiting although a third one died: ${kind} lock`, () => {
    const { words, mine, other } = openStagedRoom();
    other.crew.markDead(2);
    const [take, leave] =
      kind === 'mutex'
        ? [() => mine.mutex.lock(), () => other.mutex.unlock()]
        : [
            () => (kind === 'write' ? mine.rwLock.lockWrite() : mine.rwLock.lockRead()),
            () => other.rwLock.unlockWrite(),
          ];
    if (kind === 'mutex') other.mutex.lock();
    else other.rwLock.lockWrite();
    let left = false;
    words.turn = atTurn(200, () => {
      leave();
      left = true;
    });
    take();
    assert.equal(left, true);
  });
}

test('a reader waits behind a writer that waits, so that readers cannot starve it', () => {
  const { words, mine, other } = openStagedRoom();
  const third = enterLockRoom(words, 3, 2);
  other.rwLock.lockRead();
  const order: string[] = [];
  // The writer (member 1) waits for the first reader; meanwhile a second reader (member 2) comes.
  words.turn = atTurn(words.patience, () => {
    words.turn = atTurn(1, () => {
      // The second reader waits too: it did not slip in.
      order.push('reader waits');
      other.rwLock.unlockRead();
      words.turn = () => {
        throw new Error('somebody waits for a lock that is free');
      };
    });
    third.rwLock.lockRead();
    order.push('reader inside');
    third.rwLock.unlockRead();
  });
  mine.rwLock.lockWrite();
  order.push('writer inside');
  assert.deepEqual(order, ['reader waits', 'reader inside', 'writer inside']);
});

test('a writer that has slept wakes the next one when it leaves, since others may sleep too', () => {
  const { words, mine, other } = openStagedRoom();
  let woken = 0;
  words.notify = () => ++woken;
  other.rwLock.lockWrite();
  words.turn = atTurn(words.patience, () => other.rwLock.unlockWrite());
  mine.rwLock.lockWrite();
  assert.equal(woken, 0);
  mine.rwLock.unlockWrite();
  assert.equal(woken, 1);
});

test('a reader that another one overtook has not waited', () => {
  const { words, mine, other } = openStagedRoom();
  // Between the look at the lock and the swap another reader comes.
  const swap = words.compareExchange.bind(words);
  words.compareExchange = (...args) => {
    words.compareExchange = swap;
    other.rwLock.lockRead();
    return swap(...args);
  };
  mine.rwLock.lockRead();
  assert.equal(mine.contention.waits, 0);
});

test('waits are counted once for each lock that was found taken', () => {
  const memory = allocateLockRoom(2);
  const words = new StagedWords(memory);
  const { mutex } = enterLockRoom(new AtomicWords(memory), 2, 0);
  const room = enterLockRoom(words, 2, 1);
  room.mutex.lock();
  room.mutex.unlock();
  assert.equal(room.contention.waits, 0);
  mutex.lock();
  words.turn = atTurn(150, () => mutex.unlock());
  room.mutex.lock();
  assert.equal(room.contention.waits, 1);
});
