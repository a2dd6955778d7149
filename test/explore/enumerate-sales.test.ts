import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lockProgram } from '../../src/explore/lock-program.ts';
import type { Program } from '../../src/explore/program.ts';
import { saleProgram } from '../../src/explore/sale-program.ts';
import { searchSchedules } from '../../src/explore/search-schedules.ts';
import type { SmallSale } from '../../src/explore/small-sale.ts';
import { checkThenAct } from '../../src/store/memory/check-then-act.ts';
import { compareAndSwap } from '../../src/store/memory/compare-and-swap.ts';
import { fetchAndSubtract } from '../../src/store/memory/fetch-and-subtract.ts';
import { globalLock } from '../../src/store/memory/global-lock.ts';
import { optimistic } from '../../src/store/memory/optimistic.ts';
import { seatMap } from '../../src/store/memory/seat-map.ts';
import type { Strategy } from '../../src/store/strategy.ts';
import { mcsLockWith, mutexWith, ticketLockWith } from '../support/broken-locks.ts';
import { EndRecorder } from '../support/end-recorder.ts';
import { enumerate } from '../support/enumerate.ts';
import { BROWSE, CANCEL, OPTIONS, reserve, saleOf } from '../support/explored.ts';
import type { Ended } from '../support/recorded-words.ts';

const NO_FAULTS = { crashes: 0, spurious: 0, timeOuts: 0 };
const MOST_RUNS = 300_000;

/** The same clients, of whom nothing is asked but how they end. */
function recorded(program: Program): Program & { readonly monitor: EndRecorder } {
  const clients = program.clients.map((client, self) => ({ ...client, likeness: String(self) }));
  return { ...program, clients, monitor: new EndRecorder(), racesAreViolations: false };
}

interface Case {
  readonly strategy: Strategy;
  readonly sale: SmallSale;
}

const LOST_UPDATE = saleOf(4, [reserve(2)], [reserve(3)]);
const GIVE_BACK = saleOf(1, [reserve(), CANCEL], [reserve()]);
const LOOK = saleOf(1, [reserve()], [BROWSE]);

const CASES: readonly Case[] = [
  { strategy: checkThenAct, sale: LOST_UPDATE },
  { strategy: checkThenAct, sale: GIVE_BACK },
  { strategy: compareAndSwap, sale: LOST_UPDATE },
  { strategy: compareAndSwap, sale: GIVE_BACK },
  { strategy: compareAndSwap, sale: saleOf(2, [reserve()], [reserve()], [reserve()]) },
  { strategy: fetchAndSubtract, sale: LOST_UPDATE },
  { strategy: fetchAndSubtract, sale: saleOf(1, [reserve()], [reserve()], [BROWSE]) },
  { strategy: globalLock, sale: LOOK },
  { strategy: seatMap, sale: saleOf(1, [reserve()], [reserve()]) },
  { strategy: optimistic, sale: LOOK },
];

suite('searches see what trying every order sees', () => {
  for (const { strategy, sale } of CASES) {
    const operations = sale.clients.map(({ length }) => length).join(' and ');
    test(`${strategy.name}: ${operations} requests`, async () => {
      const program = saleProgram(strategy, sale, { used: false });
      const truth = enumerate(program, NO_FAULTS, MOST_RUNS);
      assert.equal(truth.stuck, false);
      for (const search of ['breadth-first', 'source-dpor'] as const) {
        const recording = recorded(program);
        const [found] = await searchSchedules(recording, { ...OPTIONS, search });
        assert.equal(found?.failure, undefined);
        assert.deepEqual(recording.monitor.ends, truth.ends, search);
        assert.deepEqual(recording.monitor.orders, truth.orders, search);
        assert.equal((found?.races.length ?? 0) > 0, truth.races, search);
        if (search === 'source-dpor') assert.ok((found?.schedules ?? 0) < truth.schedules);
      }
    });
  }
});

/** Tickets granted where client 0 reserves 2, and client 1 reserves 3. */
function sold(ended: readonly Ended[]): number {
  return ended.reduce((sum, { client, outcome }) => sum + (outcome >= 0 ? 2 + client : 0), 0);
}

test('no failure is shorter than the one that breadth-first search shows: the lost update', async () => {
  const sale = LOST_UPDATE;
  const program = saleProgram(checkThenAct, sale, { used: false });
  const truth = enumerate(program, NO_FAULTS, MOST_RUNS, (ended) => sold(ended) > sale.tickets);
  const [found] = await searchSchedules(program, OPTIONS);
  assert.equal(found?.failure?.violation.kind, 'oversell');
  assert.equal(found.failure.moves.length, truth.shortest);
});

test('no wait for ever comes sooner than the one that breadth-first search shows: 4 broken locks', async () => {
  const terms = { writers: 2, readers: 0, rounds: 1 };
  for (const lock of [
    mutexWith('no notify'),
    mutexWith('early notify'),
    ticketLockWith('hands on to the wrong slot'),
    mcsLockWith('flag set after linking'),
  ]) {
    const program = lockProgram(lock, terms);
    const truth = enumerate(program, NO_FAULTS, MOST_RUNS);
    assert.ok(truth.stuck, lock.name);
    const [found] = await searchSchedules(program, OPTIONS);
    assert.equal(found?.failure?.moves.length, truth.shortest, lock.name);
  }
});
