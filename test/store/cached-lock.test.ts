import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Crew } from '../../src/store/crew.ts';
import { Layout } from '../../src/store/layout.ts';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { LockCache } from '../../src/store/locks/lock-cache.ts';
import { cachedLock } from '../../src/store/memory/cached-lock.ts';
import type { Contention } from '../../src/store/strategy.ts';
import { allocateWords } from '../../src/store/words.ts';
import fc from '../support/fast-check.ts';
import { Bench, ROUNDS } from '../support/lock-bench.ts';
import { enterLockRoom, ROOM_EVENTS } from '../support/lock-room.ts';
import { idle, openStaged } from '../support/open-staged.ts';
import { atTurn, StagedWords } from '../support/staged-words.ts';

const HANGS = { timeout: 60_000 };
const THREADS = 2 * availableParallelism() + 2;

interface CacheMember {
  readonly words: StagedWords;
  readonly crew: Crew;
  readonly cache: LockCache;
  readonly contention: Contention;
}

/** A cache of `entries` mutexes as each of `size` members sees it, all played by one thread. */
function openCache(size: number, entries: number) {
  const layout = new Layout();
  const at = { crew: Crew.reserve(layout, size), own: layout.reserve(LockCache.words(entries)) };
  const memory = allocateWords(layout.words);
  const members = Array.from({ length: size }, (_, self): CacheMember => {
    const words = new StagedWords(memory.buffer);
    const crew = new Crew(words, at.crew, size);
    const contention = { retries: 0, waits: 0 };
    const cache = new LockCache({ words, crew, self, contention }, at.own, entries);
    return { words, crew, cache, contention };
  });
  /** The word of that name. */
  const word = (name: string): number => {
    for (let offset = 0; offset < LockCache.words(entries); offset++) {
      if (LockCache.describe(offset).name === name) return at.own + offset;
    }
    throw new Error(`no word is called ${name}`);
  };
  return {
    members: members as [CacheMember, CacheMember, CacheMember],
    store: (name: string, value: number) => memory.store(word(name), value),
    /** The events that have an entry. */
    cached: () => {
      const owners = Array.from({ length: entries }, (_, entry) =>
        memory.load(word(`cache entry ${entry}: event`)),
      );
      return owners.filter((owner) => owner > 0).map((owner) => owner - 1);
    },
  };
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function waits(): never {
  throw new Error('has to wait');
}

/** What the cache holds after each event was wanted in turn. */
function leastRecentlyUsed(wanted: readonly number[], entries: number): number[] {
  const cached: number[] = [];
  for (const event of wanted) {
    const at = cached.indexOf(event);
    if (at >= 0) cached.splice(at, 1);
    else if (cached.length === entries) cached.shift();
    cached.push(event);
  }
  return cached;
}

test('keeps the events wanted last, also where its clock wraps: random events in up to 5 entries', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0, 2 ** 31 - 6, 2 ** 32 - 6),
      (entries, wanted, clock) => {
        const { members, store, cached } = openCache(1, entries);
        const [{ cache }] = members;
        store('the lock cache: clock', clock);
        for (const event of wanted) {
          cache.lock(event);
          cache.unlock();
        }
        assert.deepEqual(
          cached().toSorted(byNumber),
          leastRecentlyUsed(wanted, entries).toSorted(byNumber),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test(
  `no event has two locks at once, and no wake-up is lost: ${THREADS} threads, ${ROOM_EVENTS} events, 2 entries`,
  HANGS,
  async (t) => {
    const bench = new Bench(t, THREADS);
    const { events } = enterLockRoom(bench.words, THREADS, 0);
    const threads = Array.from({ length: THREADS }, () => bench.start('count-events', 'cached'));
    await Promise.all(threads.map(({ ended }) => ended));
    const counts = Array.from({ length: ROOM_EVENTS }, (_, event) =>
      bench.words.load(events + event),
    );
    assert.deepEqual(
      counts,
      counts.map(() => (THREADS * ROUNDS) / ROOM_EVENTS),
    );
  },
);

test('an entry that somebody holds is not taken away, though it was wanted longest ago', () => {
  const { members, cached } = openCache(3, 2);
  const [one, two] = members;
  one.cache.lock(7);
  for (const event of [1, 2, 3]) {
    two.cache.lock(event);
    two.cache.unlock();
  }
  assert.deepEqual(cached(), [7, 3]);
  two.words.turn = waits;
  assert.throws(() => two.cache.lock(7), /has to wait/);
});

test('an entry that somebody waits for is not taken away in the moment that nobody holds it', () => {
  const { members, cached } = openCache(3, 2);
  const [one, two, three] = members;
  one.cache.lock(7);
  two.words.turn = atTurn(1, () => {
    one.cache.unlock();
    for (const event of [1, 2, 3]) {
      three.cache.lock(event);
      three.cache.unlock();
    }
    assert.deepEqual(cached(), [7, 3]);
  });
  two.cache.lock(7);
  two.cache.unlock();
  three.cache.lock(1);
  three.cache.unlock();
  three.cache.lock(2);
  assert.deepEqual(cached(), [1, 2]);
});

test('who finds every entry pinned waits for one to be unpinned, and takes that: 2 entries', () => {
  const { members, cached } = openCache(3, 2);
  const [one, two, three] = members;
  one.cache.lock(0);
  two.cache.lock(1);
  let unlocked = false;
  three.words.turn = atTurn(3, () => {
    two.cache.unlock();
    unlocked = true;
  });
  three.cache.lock(2);
  assert.ok(unlocked);
  assert.deepEqual(cached(), [0, 2]);
  assert.equal(three.contention.waits, 1);
  // Nobody waits any more, so nobody is called.
  let calls = 0;
  one.words.notify = () => ++calls;
  one.cache.unlock();
  assert.equal(calls, 0);
});

test('an entry that is unpinned between the look and the sleep is not slept through', () => {
  for (const nth of [1, 2]) {
    const { members } = openCache(3, 2);
    const [one, two, three] = members;
    one.cache.lock(0);
    two.cache.lock(1);
    three.words.turn = waits;
    // Its mutex goes free, which is after it has looked at the pins.
    const exchange = three.words.exchange.bind(three.words);
    let looks = 0;
    three.words.exchange = (...args) => {
      if (++looks === nth) two.cache.unlock();
      return exchange(...args);
    };
    three.cache.lock(2);
    assert.equal(three.contention.waits, 1);
  }
});

test('who waits for an entry of the dead is told, and goes on waiting while all live', () => {
  const { members } = openCache(3, 2);
  const [one, two, three] = members;
  one.cache.lock(0);
  two.cache.lock(1);
  three.words.turn = atTurn(200, () => one.crew.markDead(1));
  assert.throws(() => three.cache.lock(2), new AbandonedLockError('the lock cache', 1, false));
});

test('an event whose lock is held never gets a second one, whatever else is sold meanwhile: 30 events', () => {
  let meanwhile: () => void = idle;
  const [mine, other] = openStaged(cachedLock, { events: 30, tickets: 5 }, [
    () => meanwhile(),
    idle,
  ]);
  assert.ok(mine && other);
  other.words.turn = waits;
  meanwhile = () => {
    for (let event = 1; event < 30; event++) other.reserver.reserve(event, 1, 1);
    assert.throws(() => other.reserver.reserve(0, 3, 1), /has to wait/);
  };
  assert.equal(mine.reserver.reserve(0, 3, 0), 0);
  assert.equal(mine.reserver.available(0), 2);
});

test('takes the same memory for any number of events beyond ten', () => {
  const size = { tickets: 1, members: 4 };
  const words = [1, 10, 11, 100_000].map((events) => cachedLock.ownWords?.({ ...size, events }));
  assert.equal(words[1], words[3]);
  assert.equal(words[1], words[2]);
  assert.ok((words[0] ?? 0) < (words[1] ?? 0));
});
