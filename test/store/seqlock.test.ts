import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Seqlock } from '../../src/store/locks/seqlock.ts';
import { Bench, openStagedRoom, ROUNDS } from '../support/lock-bench.ts';
import { enterLockRoom } from '../support/lock-room.ts';
import { atTurn } from '../support/staged-words.ts';

const HANGS = { timeout: 60_000 };
const THREADS = 2 * availableParallelism() + 2;

test(
  `no valid read has half a write, and no wake-up is lost: ${THREADS} threads, half of them read`,
  HANGS,
  async (t) => {
    const bench = new Bench(t, THREADS);
    const { left, right, violations } = enterLockRoom(bench.words, THREADS, 0);
    const threads = Array.from({ length: THREADS }, (_, i) =>
      bench.start(i % 2 === 0 ? 'validate' : 'read-and-write', 'seqlock'),
    );
    await Promise.all(threads.map(({ ended }) => ended));
    const writes = (THREADS / 2) * ROUNDS;
    assert.deepEqual(
      [left, right, violations].map((word) => bench.words.load(word)),
      [writes, writes, 0],
    );
  },
);

test('a read is valid while nobody writes, and not once somebody began to', () => {
  const { mine, other } = openStagedRoom();
  const version = mine.seqlock.begin();
  assert.equal(mine.seqlock.validate(version), true);
  assert.equal(other.seqlock.take(other.seqlock.begin()), true);
  assert.equal(mine.seqlock.validate(version), false);
  other.seqlock.publish();
  assert.equal(mine.seqlock.validate(version), false);
  assert.equal(mine.seqlock.validate(mine.seqlock.begin()), true);
});

test('a writer does not get in from a version that has passed', () => {
  const { mine, other } = openStagedRoom();
  const version = mine.seqlock.begin();
  assert.equal(other.seqlock.take(version), true);
  assert.equal(mine.seqlock.take(version), false);
  other.seqlock.publish();
  assert.equal(mine.seqlock.take(version), false);
  assert.equal(mine.seqlock.take(mine.seqlock.begin()), true);
});

test('a writer wakes everybody who sleeps, and makes no call when nobody does', () => {
  const { words, mine, third } = openStagedRoom();
  const counts: (number | undefined)[] = [];
  words.notify = (_index, count) => counts.push(count);
  for (const [turn, calls] of [
    [1, []],
    [words.patience, [undefined]],
  ] as const) {
    third.seqlock.take(third.seqlock.begin());
    words.turn = atTurn(turn, () => third.seqlock.publish());
    mine.seqlock.begin();
    assert.deepEqual(counts, calls);
  }
});

test('versions go on where they wrap: 8 writes around 2^31 and 2^32', () => {
  for (const edge of [2 ** 31, 2 ** 32]) {
    const { words, mine } = openStagedRoom();
    words.store(mine.first, edge - 16);
    const versions = new Set<number>();
    for (let write = 0; write < 8; write++) {
      const version = mine.seqlock.begin();
      versions.add(version);
      assert.equal(mine.seqlock.take(version), true);
      mine.seqlock.publish();
      assert.equal(mine.seqlock.validate(version), false);
    }
    assert.deepEqual([versions.size, mine.seqlock.begin()], [8, (edge + 16) | 0]);
  }
});

test('the word says its version, or who writes and whether somebody waits', () => {
  const { words, mine, other } = openStagedRoom();
  const { show, naming } = Seqlock.describe(0, 'the version');
  const look = (): string => show?.(words.load(mine.first), (member) => `member ${member}`) ?? '';
  other.seqlock.take(other.seqlock.begin());
  assert.equal(look(), 'written by member 0');
  words.turn = atTurn(words.patience, () => {
    assert.equal(look(), 'written by member 0, waited for');
    const renamed = naming?.rename(words.load(mine.first), 2) ?? 0;
    assert.equal(naming?.memberOf(renamed), 2);
    other.seqlock.publish();
  });
  mine.seqlock.begin();
  assert.equal(look(), 'version 1');
  assert.equal(naming?.memberOf(words.load(mine.first)), -1);
});
