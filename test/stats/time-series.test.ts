import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from '../../src/stats/histogram.ts';
import { Series, SHORTEST_NS, SLOTS } from '../../src/stats/series.ts';
import { meanInSystem, mergeSeries } from '../../src/stats/time-series.ts';
import fc from '../support/fast-check.ts';

interface Sold {
  readonly worker: number;
  readonly intendedNs: number;
  readonly endNs: number;
  readonly tickets: number;
}

const WORKERS = 3;
const CAPACITY = 100;
/** A series is a megabyte. */
const FEW_RUNS = { numRuns: 40 };

/** Sales of a run of up to `longestNs`, in the order of their ends. */
function anySales(longestNs: number): fc.Arbitrary<Sold[]> {
  const sold = fc
    .record({
      worker: fc.nat(WORKERS - 1),
      endNs: fc.double({ min: 1, max: longestNs, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      tickets: fc.integer({ min: -3, max: 3 }),
    })
    .map(({ share, ...others }) => ({ ...others, intendedNs: others.endNs * share }));
  return fc
    .array(sold, { minLength: 1, maxLength: 200 })
    .map((sales) => sales.toSorted((a, b) => a.endNs - b.endNs));
}

function recorded(sales: readonly Sold[], expectedNs = 0): Series[] {
  const all = Array.from({ length: WORKERS }, () => new Series(Series.allocate(expectedNs)));
  const times = Histogram.allocate();
  for (const { worker, intendedNs, endNs, tickets } of sales) {
    const series = all[worker] as Series;
    const bucket = times.record(endNs - intendedNs);
    series.completed(intendedNs, endNs, bucket, tickets === 0);
    if (tickets > 0) series.add('granted', endNs, tickets);
    if (tickets < 0) series.add('returned', endNs, -tickets);
  }
  return all;
}

/** Tickets granted (1) or returned (-1). */
function ticketsOf(sales: readonly Sold[], sign: number): number {
  return sales.reduce((sum, { tickets }) => sum + Math.max(0, sign * tickets), 0);
}

/** The interval of a run of so many seconds. */
function intervalOf(seconds: number): number {
  const series = new Series(Series.allocate());
  series.completed(0, seconds * 1e9, 7, false);
  return mergeSeries([series], CAPACITY, seconds * 1e9).intervalMs;
}

function endOf(sales: readonly Sold[]): number {
  return sales.at(-1)?.endNs ?? 0;
}

test('a series counts what happened in each interval, from 1 ms to 10 h, whatever was expected', () => {
  const anyRun = fc
    .tuple(fc.integer({ min: 20, max: 45 }), fc.constantFrom(0, 1e9, 1e12))
    .chain(([bits, expectedNs]) => fc.tuple(anySales(2 ** bits), fc.constant(expectedNs)));
  fc.assert(
    fc.property(anyRun, ([sales, expectedNs]) => {
      const endNs = endOf(sales);
      const series = mergeSeries(recorded(sales, expectedNs), CAPACITY, endNs);
      const { intervalMs, completed } = series;
      const slotOf = (timeNs: number): number => Math.floor(timeNs / (intervalMs * 1e6));
      assert.equal(completed.length, slotOf(endNs) + 1);
      assert.ok(completed.length <= SLOTS);
      const expected = completed.map((_, slot) => {
        const ended = sales.filter((each) => slotOf(each.endNs) === slot);
        const until = sales.filter((each) => slotOf(each.endNs) <= slot);
        const due = sales.filter((each) => slotOf(each.intendedNs) <= slot);
        return {
          completed: ended.length,
          granted: ticketsOf(ended, 1),
          refused: ended.filter(({ tickets }) => tickets === 0).length,
          stockLeft: CAPACITY - ticketsOf(until, 1) + ticketsOf(until, -1),
          queue: due.length - until.length,
        };
      });
      for (const column of ['completed', 'granted', 'refused', 'stockLeft', 'queue'] as const) {
        const counts = expected.map((each) => each[column]);
        assert.deepEqual(series[column], counts, column);
      }
      assert.equal(
        series.offered.reduce((sum, each) => sum + each, 0),
        sales.length,
      );
    }),
    FEW_RUNS,
  );
});

test('the response times of an interval are at most 4 % off, above 128 ns', () => {
  fc.assert(
    fc.property(anySales(SHORTEST_NS - 1), (sales) => {
      const { p50Ns } = mergeSeries(recorded(sales), CAPACITY, endOf(sales));
      const times = sales
        .map(({ intendedNs, endNs }) => endNs - intendedNs)
        .toSorted((a, b) => a - b);
      const median = times[Math.ceil(times.length / 2) - 1] as number;
      const found = p50Ns[0] as number;
      assert.ok(Math.abs(found - median) <= Math.max(8, 0.04 * median), `${found}, not ${median}`);
    }),
    FEW_RUNS,
  );
});

test('where nothing ended there is no response time, and the queue stands', () => {
  const series = new Series(Series.allocate());
  series.completed(10, 6.5 * SHORTEST_NS, 7, false);
  const { p50Ns, p99Ns, queue } = mergeSeries([series], CAPACITY, 6.5 * SHORTEST_NS);
  assert.deepEqual(queue, [1, 1, 1, 1, 1, 1, 0]);
  assert.equal(p50Ns[3], null);
  assert.equal(p99Ns[6], p50Ns[6]);
});

test('an interval is 100 ms in runs of 2 s to 51 s, less in shorter and more in longer ones', () => {
  assert.deepEqual(
    [0.001, 1, 2, 20, 51, 52, 3600].map(intervalOf),
    [1.5625, 50, 100, 100, 100, 200, 12_800],
  );
});

test('the mean number in the system is what the response times say, by Little: 2,000 requests', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (timeMs) => {
      const sales = Array.from({ length: 2000 }, (_, i) => {
        const intendedNs = i * 1e6;
        return { worker: i % WORKERS, intendedNs, endNs: intendedNs + timeMs * 1e6, tickets: 1 };
      });
      const endNs = endOf(sales);
      const mean = meanInSystem(recorded(sales), endNs) as number;
      const expected = (sales.length / endNs) * timeMs * 1e6;
      assert.ok(Math.abs(mean - expected) < 0.02 * expected + 0.05, `${mean}, not ${expected}`);
    }),
    FEW_RUNS,
  );
});

test('a run of a few intervals tells no mean number in the system', () => {
  assert.equal(meanInSystem(recorded([]), 5 * SHORTEST_NS), null);
});
