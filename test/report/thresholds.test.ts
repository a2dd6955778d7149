import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderComparisonAs, renderRunAs } from '../../src/report/render.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { heldTo, parseThreshold } from '../../src/sim/threshold.ts';
import { blocksOf } from '../support/measured.ts';
import { oversoldResult, resultOf } from '../support/results.ts';
import { openSchema } from '../support/schemas.ts';

const PLAIN = { color: false, width: 100 };
const HELD = ['oversold==0', 'p99<22us', 'sellOut<1s', 'jainIndex>0.4'].map(parseThreshold);

function held(result: RunResult): RunResult {
  return heldTo(result, HELD);
}

const UNSOLD = held(resultOf('rw-lock', { throughput: { timeToSellOutMs: null } }));
const COMPARISON = { schemaVersion: 1, results: [held(oversoldResult(12)), UNSOLD] } as const;

test('a run lists each threshold in a line of its own: what it showed, and why it is broken', () => {
  const lines = renderRunAs('table', UNSOLD, PLAIN).split('\n');
  const from = lines.findIndex((line) => line.startsWith('thresholds'));
  assert.deepEqual(lines.slice(from, from + 5), [
    'thresholds     oversold==0 kept: 0',
    // 22us in three digits, which would read as if it were the limit.
    '               p99<22us broken: 22,000 ns',
    '               sellOut<1s broken: never sold out',
    '               jainIndex>0.4 kept: 0.5',
    'tickets        100 on sale, 100 granted',
  ]);
});

test('a comparison tells of each threshold who broke it, as a table and as Markdown', () => {
  const expected = [
    'threshold oversold==0: broken by check-then-act (12)',
    'threshold p99<22us: broken by check-then-act (22,000 ns), rw-lock (22,000 ns)',
    'threshold sellOut<1s: broken by rw-lock (never sold out)',
    'threshold jainIndex>0.4: kept by all',
  ];
  const table = renderComparisonAs('table', COMPARISON, PLAIN).split('\n');
  const markdown = renderComparisonAs('markdown', COMPARISON, PLAIN).split('\n');
  assert.deepEqual(
    table.filter((line) => line.startsWith('threshold')),
    expected,
  );
  assert.deepEqual(
    markdown.filter((line) => line.startsWith('- threshold')),
    expected.map((line) => `- ${line}`),
  );
});

test('a comparison does not repeat in a threshold why a run is void: that stands above', () => {
  const health = { valid: false, reasons: ['the machine was busy'] };
  const results = [held(resultOf('rw-lock', { health })), held(resultOf('event-lock'))];
  const table = renderComparisonAs('table', { schemaVersion: 1, results }, PLAIN);
  assert.match(table, /^rw-lock is void: the machine was busy$/m);
  assert.match(
    table,
    /^threshold p99<22us: broken by rw-lock \(void\), event-lock \(22,000 ns\)$/m,
  );
  assert.match(renderRunAs('table', results[0] as RunResult, PLAIN), /broken: void: the machine/);
});

test('CSV has three columns for each threshold, and a row for each run', () => {
  const [header = '', first = ''] = renderComparisonAs('csv', COMPARISON, PLAIN).split('\r\n');
  const names = header.split(',');
  const cells = first.split(',');
  const cell = (name: string): string | undefined => cells[names.indexOf(name)];
  assert.equal(cell('thresholds.oversold==0.value'), '12');
  assert.equal(cell('thresholds.oversold==0.ok'), 'false');
  assert.equal(cell('thresholds.p99<22us.value'), '22000');
  assert.equal(cell('thresholds.sellOut<1s.reason'), '');
  assert.equal(cell('thresholds.jainIndex>0.4.ok'), 'true');
});

test('a result with thresholds is as the schema says, and without a field of one it is not', () => {
  const { validate } = openSchema('result');
  assert.ok(validate(JSON.parse(renderComparisonAs('json', COMPARISON, PLAIN))));
  for (const key of Object.keys(UNSOLD.thresholds?.[0] ?? {})) {
    const copy = JSON.parse(renderRunAs('json', UNSOLD, PLAIN)) as { thresholds: [object] };
    Reflect.deleteProperty(copy.thresholds[0], key);
    assert.equal(validate(copy), false, key);
  }
});

test('without thresholds nothing is said of them', () => {
  for (const format of ['table', 'markdown', 'csv', 'json'] as const) {
    assert.doesNotMatch(renderRunAs(format, resultOf('rw-lock'), PLAIN), /threshold/);
  }
});

test('blocks tell in how many of the runs that count a threshold was broken, in every format', () => {
  const outcomes = [1000, 7_300_000, 2_000_000].map((p99) => {
    const result = resultOf('event-lock', { responseTimeNs: { p99 } });
    return heldTo(result, [parseThreshold('p99<1ms'), parseThreshold('oversold==0')]).thresholds;
  });
  const blocks = outcomes.map((thresholds = []) => ({ perSecond: 1000, thresholds }));
  const discarded = { perSecond: 1000, counted: false };
  const comparison = blocksOf('event-lock', [discarded, ...blocks]);
  const expected = [
    // The A/A control's runs are the strategy's, too.
    'Threshold p99<1ms: broken by event-lock in 4 of 6 runs (7.3ms).',
    'Threshold oversold==0: kept in every run.',
  ];
  for (const format of ['table', 'markdown'] as const) {
    const text = renderComparisonAs(format, comparison, PLAIN).replaceAll('\n', ' ');
    for (const line of expected) assert.ok(text.includes(line), text);
  }
  assert.match(renderComparisonAs('csv', comparison, PLAIN), /thresholds\.p99<1ms\.reason/);
  assert.doesNotMatch(renderComparisonAs('csv', comparison, PLAIN), /\[object/);
  const { validate } = openSchema('result');
  assert.ok(validate(JSON.parse(renderComparisonAs('json', comparison, PLAIN))));
});
