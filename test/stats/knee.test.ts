import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findKnee, type LatencyPoint } from '../../src/stats/knee.ts';
import { spreadOf } from '../../src/stats/spread.ts';
import fc from '../support/fast-check.ts';

/** The 99th percentile of an M/M/1 queue's response time: ln 100 / (capacity - load). */
function queue(capacity: number, loads: readonly number[]): LatencyPoint[] {
  return loads.map((x) => ({ x, time: Math.log(100) / (capacity - x) }));
}

const tenths = (count: number): number[] => Array.from({ length: count }, (_, i) => (i + 1) / 10);
const factor = (max: number): fc.Arbitrary<number> => fc.double({ min: 1, max, noNaN: true });

test('an M/M/1 queue has its knee at half of its capacity: 9 loads up to 90 %', () => {
  assert.equal(findKnee(queue(1, tenths(9)))?.x, 0.5);
});

test('the knee of a queue is the same wherever the last, overloaded point lies: up to a million times', () => {
  fc.assert(
    fc.property(factor(1e6), (times) => {
      const points = queue(1, tenths(9));
      points.push({ x: 1, time: (points.at(-1)?.time ?? 0) * times });
      assert.equal(findKnee(points)?.x, 0.5);
    }),
  );
});

test('a queue that was never loaded above half has no knee', () => {
  assert.equal(findKnee(queue(1, tenths(5))), undefined);
});

test('flat times have no knee, even if some are up to 1.9 times the others: 3 to 20 loads', () => {
  fc.assert(
    fc.property(fc.array(factor(1.9), { minLength: 3, maxLength: 20 }), (times) => {
      assert.equal(findKnee(times.map((time, i) => ({ x: i + 1, time }))), undefined);
    }),
  );
});

test('the knee of a single jump is the last load before it: 4 to 12 loads, a jump of 24 to 1000', () => {
  const shapes = fc.integer({ min: 4, max: 12 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      before: fc.integer({ min: 1, max: count - 1 }),
      // Twice the largest growth of the load: a smaller jump after the first load is not called a knee.
      jump: fc.integer({ min: 24, max: 1000 }),
    }),
  );
  fc.assert(
    fc.property(shapes, ({ count, before, jump }) => {
      const points = Array.from({ length: count }, (_, i) => ({
        x: (i + 1) * 1000,
        time: i < before ? 100 : 100 * jump,
      }));
      assert.equal(findKnee(points)?.x, before * 1000);
    }),
  );
});

test('units and the order of the points make no difference: 100 curves', () => {
  const times = fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(times, (each) => {
      const points = each.map((time, i) => ({ x: 2 ** i, time }));
      const other = points.map(({ x, time }) => ({ x: x * 1024, time: time / 64 })).toReversed();
      const x = findKnee(points)?.x;
      assert.equal(findKnee(other)?.x, x === undefined ? undefined : x * 1024);
    }),
  );
});

test('two points show no knee', () => {
  assert.equal(
    findKnee([
      { x: 1, time: 1 },
      { x: 2, time: 1000 },
    ]),
    undefined,
  );
});

test('a spread is the middle value, the lowest and the highest; of nothing there is none', () => {
  assert.deepEqual(spreadOf([30, 10, 20]), { median: 20, low: 10, high: 30 });
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, low: 1, high: 4 });
  assert.deepEqual(spreadOf([7]), { median: 7, low: 7, high: 7 });
  assert.equal(spreadOf([]), null);
});
