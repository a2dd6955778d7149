import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { renderSweepAs } from '../../src/report/render.ts';
import { curveOf } from '../../src/sim/sweep-curve.ts';
import type { Sweep } from '../../src/sim/sweep-result.ts';
import { measured, ratesCurve, sweepOf, termsOver, threadsCurve } from '../support/sweeps.ts';

const PLAIN = { color: false, width: 100 };

const SCALING: Sweep = sweepOf('threads', [
  threadsCurve('compare-and-swap', { 1: 100_000, 2: 180_000, 4: 300_000, 8: 260_000 }),
  threadsCurve('global-lock', { 1: 90_000, 2: 90_000, 4: 80_000, 8: 60_000 }),
]);
const RATES: Sweep = sweepOf('rate', [
  ratesCurve('event-lock', { 1000: 9000, 10000: 9500, 50000: 20_000, 100000: 80_000_000 }),
]);
/** One run of three is void at the first value; at the second, all are, and one of them oversold. */
const SPOILT: Sweep = sweepOf('clients', [
  curveOf(
    'check-then-act',
    [
      { at: 0, completed: 500 },
      { at: 0, completed: 700 },
      { at: 0, completed: 900, reason: 'came late by 1us: slow' },
      {
        at: 1,
        reason: 'interrupted',
        audit: { verdict: 'oversold', oversold: 7, brokenPromises: ['noOversell'] } as const,
      },
      { at: 1, reason: 'came late by 20us: slower' },
    ].map(measured),
    termsOver('clients', [10, 20]),
  ),
]);

test('a table, a plot and the findings, in 100 columns and in 60', () => {
  for (const sweep of [SCALING, RATES, SPOILT]) {
    for (const width of [100, 60]) {
      const text = renderSweepAs('table', sweep, { color: false, width });
      for (const line of text.split('\n')) assert.ok(line.length <= width, line);
      assert.doesNotMatch(text, /NaN|undefined|Infinity/);
    }
  }
});

test('colours change nothing but colours', () => {
  const colored = renderSweepAs('table', SCALING, { color: true, width: 100 });
  const plain = renderSweepAs('table', SCALING, PLAIN);
  assert.notEqual(colored, plain);
  assert.equal(stripVTControlCharacters(colored), plain);
});

test('over threads: those beyond the cores are marked in the table and on the axis, and the law is told', () => {
  const text = renderSweepAs('table', SCALING, PLAIN);
  assert.match(text, /^compare-and-swap +1 exact +1 +100k /m);
  assert.match(text, /^ +8\* exact +1 +260k /m);
  assert.match(text, /^ +└──┬─+┬─+┬═+╤══$/m);
  assert.match(text, /^A compare-and-swap, B global-lock; ═ more threads than the 4 cores$/m);
  assert.match(text, /^\* more threads than the 4 cores/m);
  assert.match(text, /^compare-and-swap: lambda .*sigma .*kappa .*R2 0\.9/m);
  assert.match(text, /^requests\/s by threads: .*the fitted law/m);
});

test('over rates: times on a logarithmic axis, with the knee below it', () => {
  const text = renderSweepAs('table', RATES, PLAIN);
  assert.match(text, /^response time p99 by rate/m);
  assert.match(text, /^ *1ms ┤/m);
  assert.match(text, /^ *knee +A$/m);
  assert.match(text, /^event-lock: knee at 50,000\/s: from there to 100,000\/s/m);
});

test('void runs are counted and explained; without a valid one there are no figures', () => {
  const text = renderSweepAs('table', SPOILT, PLAIN);
  assert.match(text, /^check-then-act +10 exact +3, 1 void +600 /m);
  assert.match(text, /^ +20 oversold 1\/2 +2 void +-( +-)+$/m);
  assert.match(
    text,
    /^check-then-act: 3 of 5 runs void \(at 10, 20\): came late by 1us: slow; interrupted$/m,
  );
  assert.match(text, /oversold at 20 \(up to 7 tickets too many\); broken: noOversell$/m);
});

test('what no strategy has is said once', () => {
  const three = { 1: 10, 2: 20, 3: 30 };
  const sweep = sweepOf('threads', [threadsCurve('one', three), threadsCurve('other', three)]);
  const text = renderSweepAs('table', sweep, PLAIN);
  assert.equal(text.match(/no scalability law/g)?.length, 1);
  assert.match(text, /^no scalability law: it takes 4/m);
});

test('Markdown has the table, the plot in a block, and the findings as a list', () => {
  const text = renderSweepAs('markdown', SCALING, PLAIN);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  assert.equal(rows.length, 2 + 8);
  assert.match(text, /^\| compare-and-swap \| 8\\\* \| exact \| 1 \| 260k \|/m);
  assert.match(text, /^```text\nrequests\/s by threads[\s\S]*\n```$/m);
  assert.match(text, /^- global-lock: lambda /m);
  assert.match(text, /Again: `sim sweep --threads 1,2,4,8`$/m);
});

test('CSV has one line for each point, and the same columns whatever there is', () => {
  const head = (sweep: Sweep): string => renderSweepAs('csv', sweep, PLAIN).split('\r\n')[0] ?? '';
  const lines = renderSweepAs('csv', SCALING, PLAIN).trimEnd().split('\r\n');
  assert.equal(lines.length, 1 + 8);
  assert.match(
    head(SCALING),
    /^strategy,over,value,x,.*completedPerSecond\.median,.*usl\.sigma,.*knee\.x/,
  );
  assert.deepEqual(new Set(head(SPOILT).split(',')), new Set(head(SCALING).split(',')));
  assert.deepEqual(new Set(head(RATES).split(',')), new Set(head(SCALING).split(',')));
});

test('JSON is the sweep itself', () => {
  assert.deepEqual(JSON.parse(renderSweepAs('json', RATES, PLAIN)), RATES);
});

test('where nothing was run, that is said', () => {
  const nothing = sweepOf('threads', [threadsCurve('none', {})]);
  for (const format of ['table', 'markdown'] as const) {
    assert.equal(renderSweepAs(format, nothing, PLAIN), 'Nothing was run.\n');
  }
});
