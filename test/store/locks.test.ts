import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { Bench, openStagedRoom, ROUNDS } from '../support/lock-bench.ts';
import { enterLockRoom, leave, take } from '../support/lock-room.ts';
import { atTurn } from '../support/staged-words.ts';

const THREADS = 2 * availableParallelism() + 2;
/** Only a lost wake-up or a lock that nobody unlocks takes so long. */
const HANGS = { timeout: 60_000 };

for (const kind of ['mutex', 'ticket', 'mcs', 'seqlock', 'write'] as const) {
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
  ['ticket', 'ticket'],
  ['mcs', 'mcs'],
  ['seqlock', 'seqlock'],
  ['cached', 'cached'],
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

for (const kind of ['mutex', 'ticket', 'mcs', 'seqlock', 'write'] as const) {
  test(`a waiter names the lock and the owner that died: ${kind} lock`, () => {
    const { words, mine, other } = openStagedRoom();
    take(other, kind);
    words.turn = atTurn(1, () => other.crew.markDead(0));
    assert.throws(() => take(mine, kind), new AbandonedLockError('the lock', 0, true));
  });
}

for (const [kind, held = kind] of [
  ['mutex'],
  ['ticket'],
  ['mcs'],
  ['seqlock'],
  ['write'],
  ['read', 'write'],
] as const) {
  test(`who waits for a living owner goes on waiting although a third one died: ${kind} lock`, () => {
    const { words, mine, other } = openStagedRoom();
    other.crew.markDead(2);
    take(other, held);
    let left = false;
    words.turn = atTurn(200, () => {
      leave(other, held);
      left = true;
    });
    take(mine, kind);
    assert.equal(left, true);
  });
}

test('who locks a mutex that it has already is told, instead of waiting for itself', () => {
  const { other } = openStagedRoom();
  other.mutex.lock();
  assert.throws(
    () => other.mutex.lock(),
    /^Error: the lock is locked twice by the same thread, which waits for itself$/,
  );
});

test('a reader waits behind a writer that waits, so that readers cannot starve it', () => {
  const { words, mine, third, other } = openStagedRoom();
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

for (const kind of ['mutex', 'ticket', 'mcs', 'seqlock', 'write'] as const) {
  test(`waits are counted once for each lock that was found taken: ${kind} lock`, () => {
    const { words, mine, other } = openStagedRoom();
    take(mine, kind);
    leave(mine, kind);
    assert.equal(mine.contention.waits, 0);
    take(other, kind);
    words.turn = atTurn(150, () => leave(other, kind));
    take(mine, kind);
    assert.equal(mine.contention.waits, 1);
  });
}
