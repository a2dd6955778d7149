// What the ticket lock and the MCS lock have beside what every lock has: their order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { McsLock } from '../../src/store/locks/mcs-lock.ts';
import { TicketLock } from '../../src/store/locks/ticket-lock.ts';
import type { WordMeaning } from '../../src/store/meaning.ts';
import { Bench, openStagedRoom } from '../support/lock-bench.ts';
import { type LockRoom, leave, take } from '../support/lock-room.ts';
import type { StagedWords } from '../support/staged-words.ts';
import { atTurn } from '../support/staged-words.ts';

const HANGS = { timeout: 60_000 };
const KINDS = ['ticket', 'mcs'] as const;

function idle(): void {}

/** Has `act` happen once, right before the word is read. */
function beforeLoad(words: StagedWords, word: number, act: () => void): void {
  const load = words.load.bind(words);
  words.load = (index) => {
    if (index === word) {
      words.load = load;
      act();
    }
    return load(index);
  };
}

function who(member: number): string {
  return `member ${member}`;
}

/** Resolves once `count` threads have come to the lock: its first word then counts or names the last. */
async function arrival({ words }: Bench, { first }: LockRoom, count: number): Promise<void> {
  while (words.load(first) !== count) await sleep(1);
}

for (const kind of KINDS) {
  test(`threads get the ${kind} lock in the order they came: 6 threads`, HANGS, async (t) => {
    const bench = new Bench(t, 7);
    const room = bench.enter();
    take(room, kind);
    const threads = [];
    for (let k = 1; k <= 6; k++) {
      threads.push(bench.start('line-up', kind));
      await arrival(bench, room, k + 1);
    }
    leave(room, kind);
    const places = await Promise.all(threads.map((thread) => thread.says()));
    assert.deepEqual(places, ['0', '1', '2', '3', '4', '5']);
  });

  test(
    `those behind hear of it when a waiter for a ${kind} lock is terminated: 2 behind`,
    HANGS,
    async (t) => {
      const bench = new Bench(t, 4);
      const room = bench.enter();
      take(room, kind);
      const waiters = [];
      for (let k = 1; k <= 3; k++) {
        const waiter = bench.start('queue', kind);
        waiters.push(waiter);
        await arrival(bench, room, k + 1);
        assert.equal(await waiter.says(), 'queueing');
      }
      const [first, ...behind] = waiters;
      await first?.kill();
      room.crew.markDead(1);
      leave(room, kind);
      for (const waiter of behind) assert.equal(await waiter.says(), 'AbandonedLockError');
    },
  );

  test(`a newcomer does not overtake who was called and does not run yet: ${kind} lock`, () => {
    const { words, mine, third, other } = openStagedRoom();
    take(other, kind);
    words.turn = atTurn(1, () => {
      leave(other, kind);
      words.turn = () => {
        throw new Error('the newcomer waits');
      };
      assert.throws(() => take(third, kind), /the newcomer waits/);
    });
    take(mine, kind);
  });

  test(`who waits behind a waiter is told at once when the owner dies: ${kind} lock`, () => {
    const { words, mine, third, other } = openStagedRoom();
    take(other, kind);
    const owner = new AbandonedLockError('the lock', 0, true);
    words.turn = atTurn(1, () => {
      // Member 2 comes while member 1 waits, and hears of it while member 1 has not yet looked.
      words.turn = atTurn(1, () => other.crew.markDead(0));
      assert.throws(() => take(third, kind), owner);
    });
    assert.throws(() => take(mine, kind), owner);
  });

  test(`an owner that dies after it has passed the lock on has abandoned nobody: ${kind} lock`, () => {
    const { words, mine, other } = openStagedRoom();
    take(other, kind);
    words.turn = atTurn(words.patience, idle);
    // Just when the waiter, out of patience, looks whether the owner lives.
    beforeLoad(words, other.crew.death(0).word, () => {
      leave(other, kind);
      other.crew.markDead(0);
    });
    take(mine, kind);
  });

  test(`who leaves wakes a sleeper, and makes no call for one who is awake: ${kind} lock`, () => {
    const { words, mine, third } = openStagedRoom();
    let calls = 0;
    words.notify = () => ++calls;
    for (const [turn, expected] of [
      [1, 0],
      [words.patience, 1],
    ] as const) {
      take(third, kind);
      words.turn = atTurn(turn, () => leave(third, kind));
      take(mine, kind);
      leave(mine, kind);
      assert.equal(calls, expected);
    }
  });
}

test('who died with a ticket it had not shown keeps those behind from waiting for ever', () => {
  const { words, mine, other } = openStagedRoom();
  words.add(other.first, 1);
  words.turn = atTurn(150, () => other.crew.markDead(0));
  assert.throws(() => mine.ticketLock.lock(), new AbandonedLockError('the lock', 0, false));
});

test('who is called while it finds an empty slot ahead has the lock, although a third one died', () => {
  const { words, mine, other } = openStagedRoom();
  const slot = other.first + 16;
  other.ticketLock.lock();
  words.turn = atTurn(words.patience, idle);
  beforeLoad(words, slot, () => {
    other.ticketLock.unlock();
    other.crew.markDead(2);
  });
  mine.ticketLock.lock();
});

test('a dead member behind is none ahead, although it stands in the slot of an earlier ticket', () => {
  const { words, mine, third, other } = openStagedRoom();
  other.ticketLock.lock();
  other.ticketLock.unlock();
  other.ticketLock.lock();
  words.turn = atTurn(words.patience, idle);
  // Member 1, with ticket 2, looks at the slot of ticket 1 and then at that of tickets 0 and 4.
  beforeLoad(words, other.first + 32, () => {
    other.ticketLock.unlock();
    words.add(other.first, 1);
    words.turn = () => {
      throw new Error('waits');
    };
    assert.throws(() => third.ticketLock.lock(), /waits/);
    other.crew.markDead(2);
  });
  mine.ticketLock.lock();
});

test('who is called as soon as it has linked itself has the lock', () => {
  const { words, mine, other } = openStagedRoom();
  other.mcsLock.lock();
  const exchange = words.exchange.bind(words);
  words.exchange = (index, value) => {
    const before = exchange(index, value);
    // The second exchange is the link to the node of member 0.
    if (index === mine.first + 16) other.mcsLock.unlock();
    return before;
  };
  mine.mcsLock.lock();
});

test('who died between emptying its slot and calling the next keeps nobody waiting for ever', () => {
  const { words, mine, other } = openStagedRoom();
  other.ticketLock.lock();
  words.turn = atTurn(150, () => {
    words.store(other.first + 16, 0);
    other.crew.markDead(0);
  });
  assert.throws(() => mine.ticketLock.lock(), new AbandonedLockError('the lock', 0, false));
});

test('who waits for one that has not shown its ticket goes on waiting while all live', () => {
  const { words, mine, other } = openStagedRoom();
  words.add(other.first, 1);
  words.turn = atTurn(300, () => {
    // Draws no second ticket, since it has one: shows itself, which is granted at once, and leaves.
    words.sub(other.first, 2);
    other.ticketLock.lock();
    words.add(other.first, 1);
    other.ticketLock.unlock();
  });
  mine.ticketLock.lock();
});

test('tickets go on where their numbers wrap, on either side of 2^31 and at 2^32: 40 sales each', () => {
  for (const edge of [2 ** 31, 2 ** 32]) {
    const { words, mine, third, other } = openStagedRoom();
    // Four slots have the same state again after eight tickets.
    words.store(other.first, edge - 16);
    let inside = 0;
    for (let sale = 0; sale < 40; sale++) {
      const [one, two] = sale % 3 === 0 ? [mine, third] : [third, mine];
      one.ticketLock.lock();
      words.turn = atTurn(sale % 2 === 0 ? 1 : words.patience, () => one.ticketLock.unlock());
      two.ticketLock.lock();
      inside++;
      two.ticketLock.unlock();
    }
    assert.deepEqual([inside, words.load(other.first)], [40, (edge + 64) | 0]);
  }
});

test('who came behind the last and died before it said so is not waited for for ever', () => {
  const { words, mine, other } = openStagedRoom();
  mine.mcsLock.lock();
  // Member 0 takes the tail.
  words.exchange(mine.first, 1);
  words.turn = atTurn(150, () => other.crew.markDead(0));
  assert.throws(() => mine.mcsLock.unlock(), new AbandonedLockError('the lock', 0, false));
});

for (const turn of [1, 150]) {
  test(`who leaves waits for the one behind to say who it is: ${turn} turns`, () => {
    const { words, mine, other } = openStagedRoom();
    let called = 0;
    words.notify = () => ++called;
    mine.mcsLock.lock();
    words.exchange(mine.first, 1);
    words.turn = atTurn(turn, () => {
      // The node of member 0: waits for member 1. That of member 1: before member 0.
      words.store(mine.first + 16 + 1, 2 << 1);
      words.store(mine.first + 32, 1);
    });
    mine.mcsLock.unlock();
    assert.equal(words.load(mine.first + 16 + 1), 0);
    assert.equal(called, 0);
    // Member 0 has the lock now.
    other.mcsLock.unlock();
    assert.equal(words.load(mine.first), 0);
  });
}

test('the words of both locks say who holds them, who waits, and who sleeps', () => {
  for (const { kind, held, waiting, asleep } of [
    {
      kind: 'ticket' as const,
      held: ['the lock: next ticket = 1', 'the lock: slot 0 = held by member 0'],
      waiting: 'the lock: slot 1 = member 1 waits',
      asleep: 'the lock: slot 1 = member 1 waits, asleep',
    },
    {
      kind: 'mcs' as const,
      held: ['the lock: last = member 0'],
      waiting: 'member 1, the lock: who is waited for = member 0',
      asleep: 'member 1, the lock: who is waited for = member 0, asleep',
    },
  ]) {
    const Lock = { ticket: TicketLock, mcs: McsLock }[kind];
    const { words, mine, other } = openStagedRoom();
    const look = (): string[] =>
      Array.from({ length: Lock.words(3) }, (_, offset) => {
        const value = words.load(other.first + offset);
        const { name, member, naming, show }: WordMeaning = Lock.describe(offset, 'the lock');
        if (value === 0) return '';
        const named = naming?.memberOf(value) ?? -1;
        if (named >= 0) assert.equal(naming?.rename(naming.rename(value, 9), named), value);
        const whose = member === undefined ? '' : `member ${member}, `;
        return `${whose}${name} = ${show?.(value, who) ?? value}`;
      }).filter((text) => text !== '');
    take(other, kind);
    assert.deepEqual(look(), held);
    words.turn = atTurn(1, () => {
      assert.ok(look().includes(waiting), look().join('\n'));
      words.turn = atTurn(words.patience, () => {
        assert.ok(look().includes(asleep), look().join('\n'));
        leave(other, kind);
      });
    });
    take(mine, kind);
  }
});
