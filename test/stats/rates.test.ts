import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesOf } from '../../src/stats/rates.ts';

test('rates are those since the moment before, and of the first since the opening', () => {
  const rates = ratesOf([
    { elapsedMs: 500, completed: 100, granted: 10, refused: 0 },
    { elapsedMs: 700, completed: 140, granted: 10, refused: 2 },
  ]);
  assert.deepEqual(rates, [
    { completedPerSecond: 200, grantedPerSecond: 20, refusedPerSecond: 0 },
    { completedPerSecond: 200, grantedPerSecond: 0, refusedPerSecond: 10 },
  ]);
});

test('where no time has passed, or counts were read out of order, there is no rate', () => {
  const opening = { elapsedMs: 0, completed: 0, granted: 0, refused: 0 };
  const later = { elapsedMs: 100, completed: 50, granted: 5, refused: 5 };
  const [none, , unsteady] = ratesOf([opening, later, { ...later, elapsedMs: 200, completed: 49 }]);
  assert.deepEqual(none, { completedPerSecond: 0, grantedPerSecond: 0, refusedPerSecond: 0 });
  assert.equal(unsteady?.completedPerSecond, 0);
});
