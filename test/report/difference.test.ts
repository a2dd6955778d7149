import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderDifference } from '../../src/report/difference.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { diffResults } from '../../src/sim/diff.ts';
import type { Difference } from '../../src/sim/difference.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import type { Sweep } from '../../src/sim/sweep-result.ts';
import { blocksOf, sweepOf } from '../support/measured.ts';
import { oversoldResult, resultOf } from '../support/results.ts';
import { exportedSchema, openSchema, undescribedFields } from '../support/schemas.ts';

const PLAIN = { color: false, width: 100 };

type Result = RunResult | Comparison | Sweep;

function diff(before: Result, after: Result): Difference {
  return diffResults({ path: 'a.json', result: before }, { path: 'b.json', result: after }, 0.1);
}

function comparisonOf(...results: RunResult[]): Comparison {
  return { schemaVersion: 1, results };
}

/** One of each: broken, faster, a tie, void, and one that only the first has. */
const MIXED: Difference = diff(
  comparisonOf(
    resultOf('event-lock'),
    resultOf('rw-lock'),
    resultOf('batch'),
    resultOf('escrow'),
    resultOf('optimistic'),
  ),
  comparisonOf(
    { ...oversoldResult(3), strategy: 'event-lock' },
    resultOf('rw-lock', { throughput: { completedPerSecond: 1_845_000 } }),
    resultOf('batch'),
    resultOf('escrow', { health: { valid: false, reasons: ['too late'] } }),
  ),
);
const BLOCKS: Difference = diff(
  blocksOf(
    'event-lock',
    Array.from({ length: 8 }, (_, i) => ({ perSecond: 1000 + i })),
  ),
  blocksOf(
    'event-lock',
    Array.from({ length: 8 }, (_, i) => ({ perSecond: 2000 + 3 * i })),
  ),
);
const SWEEP: Difference = diff(
  sweepOf('event-lock', { '1': [100, 101, 102], '16': [200, 201, 202], '32': [1] }),
  sweepOf('event-lock', { '1': [150, 151, 152], '16': [100, 101, 102], '64': [1] }),
);
const NOTHING: Difference = diff(resultOf('batch'), resultOf('escrow'));
const ALL = { MIXED, BLOCKS, SWEEP, NOTHING };

test('the table tells what broke first, then each strategy, then what to believe', () => {
  assert.equal(
    renderDifference('table', MIXED, PLAIN),
    `first   a.json: a comparison; Test CPU, 2 cores, Node v20.19.0, onsale abc1234
second  b.json: a comparison; Test CPU, 2 cores, Node v20.19.0, onsale abc1234

BROKEN: event-lock: verdict oversold (was exact); now oversells 3; now breaks noOversell

strategy   verdict  speed          requests/s goodput/s resp. p50 resp. p99
event-lock oversold tie                  (x1)      (x1)      (x1)      (x1)
rw-lock    exact    faster?             x1.23      (x1)      (x1)      (x1)
batch      exact    tie                  (x1)      (x1)      (x1)      (x1)
escrow     exact    not comparable          -         -         -         -

Faster in one run each: rw-lock (requests/s 1.23 times).
Tie: event-lock (requests/s 1 times), batch (requests/s 1 times).
Not comparable: escrow: the second is void: too late.
One run each: a difference beyond the tolerance may be chance, too; sim compare --blocks tells.
Only in the first: optimistic.
`,
  );
});

test('blocks show their interval, and are not weak', () => {
  const text = renderDifference('table', BLOCKS, PLAIN);
  assert.match(text, /^event-lock exact +faster +x2 +x2 +x0\.499 +x0\.499$/m);
  assert.match(text, /^Faster: event-lock \(requests\/s 2 times, 2 to 2(?:\.01)?\)\.$/m);
  assert.match(text, /^Intervals are 95 %, over blocks that sold the same streams in both\.$/m);
  assert.match(text, /^What the audits found is the same in both\.$/m);
});

test('sweeps have a column of their values, and few repeats a warning', () => {
  const text = renderDifference('table', SWEEP, PLAIN);
  assert.match(text, /^strategy +threads verdict speed +requests\/s/m);
  assert.match(text, /^event-lock 16 +exact +slower\? +x0\.502/m);
  assert.match(
    text,
    /^Slower: event-lock at --threads 16 \(requests\/s 0\.502 times, 0\.495 to 0\.51\)\.$/m,
  );
  assert.match(text.replaceAll('\n', ' '), /So few repeats come out apart by chance oftener than/);
  assert.match(text, /^Only in the second: event-lock at --threads 64\.$/m);
});

test('nothing in common is said in a sentence', () => {
  const text = renderDifference('table', NOTHING, PLAIN);
  assert.match(text, /^No strategy is in both: there is nothing to compare\.$/m);
  assert.doesNotMatch(text, /strategy +verdict|What the audits found/);
});

test('Markdown has the same sentences and the same cells as the table', () => {
  for (const [name, difference] of Object.entries(ALL)) {
    const markdown = renderDifference('markdown', difference, PLAIN);
    const table = renderDifference('table', difference, { ...PLAIN, width: 10_000 });
    for (const line of table.split('\n').slice(2)) {
      if (line === '') continue;
      const words = line.split(/\s+/).filter((word) => word !== '');
      for (const word of words) assert.ok(markdown.includes(word), `${name}: ${word}`);
    }
    assert.ok(markdown.includes('a.json') && markdown.includes('b.json'));
  }
});

test('Markdown from elsewhere stays in its cell', () => {
  const odd = { ...resultOf('a|b'), strategy: '<b>|`x`' };
  const text = renderDifference('markdown', diff(odd, odd), PLAIN);
  assert.match(text, /^\| \\<b\\>\\\|\\`x\\` \| exact \|/m);
});

test('CSV has a row for each pair, its lists in one cell', () => {
  const [header = '', ...rows] = renderDifference('csv', MIXED, PLAIN).trim().split('\r\n');
  assert.equal(rows.length, MIXED.pairs.length);
  const names = header.split(',');
  const cell = (row: number, name: string): string | undefined =>
    rows[row]?.split(',')[names.indexOf(name)];
  assert.equal(cell(0, 'audit.broke'), 'true');
  assert.equal(
    cell(0, 'audit.changes'),
    'verdict oversold (was exact); now oversells 3; now breaks noOversell',
  );
  assert.equal(cell(1, 'speed'), 'faster');
  assert.equal(cell(1, 'metrics.completedPerSecond.ratio'), '1.23');
  assert.equal(cell(3, 'reasons'), 'the second is void: too late');
});

test('no line of a table is longer than 100 columns, with the longest names', () => {
  const long = 'a-strategy-with-a-name-of-forty-letters-x';
  const reasons = ['the generator could not keep up: 1,234,567 of 1,234,567 requests came late'];
  const results = [resultOf(long), resultOf('b', { health: { valid: false, reasons } })];
  for (const difference of [
    ...Object.values(ALL),
    diff(comparisonOf(...results), comparisonOf(...results)),
  ]) {
    for (const line of renderDifference('table', difference, PLAIN).split('\n')) {
      assert.ok(line.length <= 100, line);
    }
  }
});

test('only colours differ where there is colour', () => {
  for (const difference of Object.values(ALL)) {
    const plain = renderDifference('table', difference, PLAIN);
    const colored = renderDifference('table', difference, { ...PLAIN, color: true });
    assert.notEqual(colored, plain);
    const paint = String.fromCharCode(27);
    assert.equal(colored.replaceAll(new RegExp(`${paint}\\[\\d+m`, 'g'), ''), plain);
  }
});

describe('the schema', () => {
  const { schema, validate } = openSchema('difference');

  for (const [name, difference] of Object.entries(ALL)) {
    test(`is kept to: ${name.toLowerCase()}`, () => {
      const printed = JSON.parse(renderDifference('json', difference, PLAIN)) as object;
      assert.ok(validate(printed), JSON.stringify(validate.errors));
      assert.deepEqual(printed, difference);
    });
  }

  test('refuses a difference or a pair without one of its fields', () => {
    for (const key of Object.keys(MIXED)) {
      assert.equal(validate({ ...MIXED, [key]: undefined }), false, key);
    }
    const [pair = {}] = MIXED.pairs;
    for (const key of Object.keys(pair)) {
      assert.equal(validate({ ...MIXED, pairs: [{ ...pair, [key]: undefined }] }), false, key);
    }
  });

  test('describes every field, and is exported by the package', () => {
    assert.deepEqual(undescribedFields(schema, false), []);
    assert.equal(exportedSchema('difference'), './schema/difference.schema.json');
  });

  test('every format renders every kind', () => {
    for (const format of FORMATS) {
      for (const difference of Object.values(ALL)) {
        assert.ok(renderDifference(format, difference, PLAIN).length > 0);
      }
    }
  });
});
