import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explore } from '../../src/explore/explore.ts';
import type { LockKind, LockTerms } from '../../src/explore/lock-program.ts';
import { LOCKS } from '../../src/explore/locks.ts';
import type { Faults } from '../../src/explore/moves.ts';
import type { ViolationKind } from '../../src/explore/program.ts';
import {
  mcsLockWith,
  mutexWith,
  mutexWithoutReaders,
  seqlockWith,
  ticketLockWith,
} from '../support/broken-locks.ts';
import { exploreLock, OPTIONS, requireViolation } from '../support/explored.ts';

const NO_FAULTS: Faults = { crashes: 0, spurious: 0, timeOuts: 0 };

function who(writers: number, readers: number, rounds: number): LockTerms {
  return { writers, readers, rounds };
}

function named({ writers, readers, rounds }: LockTerms, { crashes, spurious }: Faults): string {
  const faults = [`${crashes} crashes`, `${spurious} spurious wake-ups`].join(', ');
  return `${writers} writers, ${readers} readers, ${rounds} rounds, ${faults}`;
}

/** What can be explored to the end in a moment, for every lock. */
const SMALL: readonly (readonly [LockTerms, Faults])[] = [
  [who(1, 1, 1), NO_FAULTS],
  [who(2, 0, 1), { crashes: 1, spurious: 0, timeOuts: 0 }],
  [who(2, 0, 1), { crashes: 0, spurious: 1, timeOuts: 0 }],
  [who(2, 0, 1), { crashes: 1, spurious: 1, timeOuts: 0 }],
  [who(1, 1, 1), { crashes: 2, spurious: 0, timeOuts: 0 }],
];

/** Too much for locks of more than a few steps. */
const LARGER: readonly (readonly [LockTerms, Faults])[] = [
  [who(3, 0, 1), NO_FAULTS],
  [who(2, 1, 1), NO_FAULTS],
  [who(2, 0, 2), NO_FAULTS],
  [who(3, 0, 1), { crashes: 1, spurious: 0, timeOuts: 0 }],
];

const LONG = ['rw-lock', 'lock-cache'];

for (const lock of LOCKS) {
  const terms = LONG.includes(lock.name) ? SMALL : [...SMALL, ...LARGER];
  suite(lock.name, () => {
    for (const [clients, faults] of terms) {
      test(`holds in every interleaving: ${named(clients, faults)}`, async () => {
        const { verdict, failure, searches } = await exploreLock(lock, clients, { faults });
        assert.equal(verdict, 'proved', failure?.message);
        assert.equal(searches[0]?.coverage, 'complete');
      });
    }
  });
}

interface Plant {
  readonly lock: LockKind;
  readonly clients: LockTerms;
  readonly kinds: readonly ViolationKind[];
  readonly faults?: Faults;
}

const PLANTS: readonly Plant[] = [
  { lock: mutexWith('no notify'), clients: who(2, 0, 1), kinds: ['lost wake-up'] },
  { lock: mutexWith('early notify'), clients: who(2, 0, 1), kinds: ['lost wake-up'] },
  { lock: mutexWith('no recheck'), clients: who(3, 0, 1), kinds: ['broken lock'] },
  {
    lock: mutexWith('forgets other sleepers'),
    clients: who(3, 0, 1),
    kinds: ['lost wake-up'],
  },
  {
    lock: mutexWith('owner never told'),
    clients: who(2, 0, 1),
    kinds: ['deadlock'],
    faults: { crashes: 1, spurious: 0, timeOuts: 0 },
  },
  { lock: mutexWith('not atomic'), clients: who(2, 0, 1), kinds: ['broken lock'] },
  { lock: mutexWith('leaves before the write'), clients: who(2, 0, 1), kinds: ['broken lock'] },
  {
    lock: mutexWith('no recheck'),
    clients: who(2, 0, 1),
    kinds: ['broken lock'],
    faults: { crashes: 0, spurious: 1, timeOuts: 0 },
  },
  {
    lock: ticketLockWith('hands on to the wrong slot'),
    clients: who(2, 0, 1),
    kinds: ['deadlock'],
  },
  { lock: mcsLockWith('flag set after linking'), clients: who(2, 0, 1), kinds: ['deadlock'] },
  { lock: seqlockWith('no recheck'), clients: who(1, 1, 1), kinds: ['broken lock'] },
  { lock: seqlockWith('reads while odd'), clients: who(1, 1, 1), kinds: ['broken lock'] },
];

suite('planted mistakes', () => {
  for (const { lock, clients, kinds, faults = NO_FAULTS } of PLANTS) {
    test(`are found and shown again: ${lock.name}, ${named(clients, faults)}`, async () => {
      await requireViolation({ kind: 'lock', lock, terms: clients }, kinds, { faults });
    });
  }

  for (const lock of [
    mutexWith('none'),
    ticketLockWith('none'),
    mcsLockWith('none'),
    seqlockWith('none'),
  ]) {
    test(`are not found where there are none: ${lock.name}, 2 writers and 1 reader`, async () => {
      for (const clients of [who(2, 0, 1), who(1, 1, 1), who(2, 1, 1)]) {
        const { verdict, failure } = await exploreLock(lock, clients);
        assert.equal(verdict, 'proved', failure?.message);
      }
    });
  }

  test('two who are inside together are named, and shown again: 2 writers, 1 reader without the lock', async () => {
    const lock = mutexWithoutReaders();
    for (const terms of [who(1, 1, 1), who(2, 1, 1), who(1, 2, 1)]) {
      for (const search of ['breadth-first', 'preemption-bound', 'source-dpor', 'pct'] as const) {
        const subject = { kind: 'lock', lock, terms } as const;
        const { verdict, failure } = await explore(subject, { ...OPTIONS, search });
        assert.equal(verdict, 'violated');
        assert.equal(failure?.kind, 'broken lock');
        const racing = failure.steps.filter(({ races }) => races);
        assert.equal(racing.length, 2, `${search}: both steps that race are marked`);
        const inside = failure.message.split(' are inside')[0]?.split(' and ');
        assert.deepEqual(racing.map(({ client }) => client).toSorted(), inside?.toSorted());
        const again = await explore(subject, { ...OPTIONS, schedule: failure.schedule });
        assert.equal(again.verdict, 'violated', `${search}: ${failure.schedule} again`);
      }
    }
  });
});
