import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HappensBefore } from '../../src/explore/happens-before.ts';
import { STEP, type Step, type StepKind, WOKEN } from '../../src/explore/step.ts';

type Taken = readonly [
  client: number,
  kind: keyof typeof STEP,
  word: number,
  result?: number,
  woken?: readonly number[],
];

const DATA = 0;
const FLAG = 1;

function stepOf(kind: StepKind, word: number): Step {
  return { kind, word, value: 0, replacement: 1, timed: false };
}

/** The races in a run, each by the numbers of its steps. */
function racesIn(clients: number, ...taken: readonly Taken[]): string[] {
  const order = new HappensBefore(clients);
  for (const [client, kind, word, result = 0, woken = []] of taken) {
    order.step(client, stepOf(STEP[kind], word), result, woken);
  }
  return order.races.map(({ indexes, word }) => `${indexes.join('-')} on ${word}`);
}

test('plain accesses race unless both read: 2 clients', () => {
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [1, 'get', DATA]), ['0-1 on 0']);
  assert.deepEqual(racesIn(2, [0, 'get', DATA], [1, 'set', DATA]), ['0-1 on 0']);
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [1, 'set', DATA]), ['0-1 on 0']);
  assert.deepEqual(racesIn(2, [0, 'get', DATA], [1, 'get', DATA]), []);
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [1, 'get', FLAG]), []);
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [0, 'get', DATA]), []);
});

test('a plain access races with an atomic write, atomic ones with none: 2 clients', () => {
  assert.deepEqual(racesIn(2, [0, 'store', DATA], [1, 'get', DATA]), ['0-1 on 0']);
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [1, 'load', DATA]), ['0-1 on 0']);
  assert.deepEqual(racesIn(2, [0, 'get', DATA], [1, 'load', DATA]), []);
  assert.deepEqual(racesIn(2, [0, 'store', DATA], [1, 'add', DATA]), []);
  assert.deepEqual(racesIn(2, [0, 'set', DATA], [1, 'notify', DATA]), []);
});

test('an atomic write orders what came before it with who reads it: 2-3 clients', () => {
  const write: Taken = [0, 'set', DATA];
  const publish: Taken = [0, 'store', FLAG];
  assert.deepEqual(racesIn(2, write, publish, [1, 'load', FLAG], [1, 'get', DATA]), []);
  assert.deepEqual(racesIn(2, publish, write, [1, 'load', FLAG], [1, 'get', DATA]), ['1-3 on 0']);
  assert.deepEqual(racesIn(2, write, [1, 'load', FLAG], publish, [1, 'get', DATA]), ['0-3 on 0']);
  // A store orders nothing for who stores; an addition reads, too.
  assert.deepEqual(racesIn(2, write, publish, [1, 'store', FLAG], [1, 'get', DATA]), ['0-3 on 0']);
  assert.deepEqual(racesIn(2, write, publish, [1, 'add', FLAG], [1, 'get', DATA]), []);
  // What is known is passed on.
  const pass: Taken[] = [
    [1, 'load', FLAG],
    [1, 'store', 2],
    [2, 'load', 2],
    [2, 'get', DATA],
  ];
  assert.deepEqual(racesIn(3, write, publish, ...pass), []);
});

function swap(client: number, result: number): Taken {
  return [client, 'compareExchange', FLAG, result];
}

test('a swap that fails publishes nothing, but learns: 2 clients', () => {
  const failed = 5;
  const write: Taken = [0, 'set', DATA];
  assert.deepEqual(racesIn(2, write, swap(0, 0), swap(1, failed), [1, 'get', DATA]), []);
  assert.deepEqual(racesIn(2, write, swap(0, failed), swap(1, 0), [1, 'get', DATA]), ['0-3 on 0']);
});

test('a wake-up orders what came before it with who is woken: 3 clients', () => {
  const wake: Taken = [0, 'notify', FLAG, 1, [1]];
  const slept: Taken = [1, 'wait', FLAG, WOKEN];
  const write: Taken = [0, 'set', DATA];
  assert.deepEqual(racesIn(3, slept, write, wake, [1, 'get', DATA]), []);
  assert.deepEqual(racesIn(3, slept, write, wake, [2, 'get', DATA]), ['1-3 on 0']);
  assert.deepEqual(racesIn(3, slept, wake, write, [1, 'get', DATA]), ['2-3 on 0']);
});
