import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistogramLogReader } from 'hdr-histogram-js';
import { toHlog } from '../../src/report/hlog.ts';
import { resultOf } from '../support/results.ts';

/** What HdrHistogram's own reader finds in a log: tag, how many, and the largest value of each. */
function read(log: string): [string, number, boolean][] {
  const reader = new HistogramLogReader(log);
  const found: [string, number, boolean][] = [];
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram()) {
    const { tag, totalCount, maxValue } = next as typeof next & { readonly tag: string };
    found.push([tag, totalCount, Math.abs(maxValue - 2_000_000) <= 20_000]);
  }
  return found;
}

test("HdrHistogram's reader finds the times of each outcome of a run", () => {
  assert.deepEqual(read(toHlog([resultOf('rw-lock')])), [
    ['reserved', 1000, true],
    ['soldOut', 1000, true],
  ]);
});

test('of several runs each strategy is told apart, whatever it is called', () => {
  const tags = read(toHlog([resultOf('rw-lock'), resultOf('my, own\nlock')])).map(([tag]) => tag);
  assert.deepEqual(tags, [
    'rw-lock/reserved',
    'rw-lock/soldOut',
    'my__own_lock/reserved',
    'my__own_lock/soldOut',
  ]);
});
