import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { DASHBOARD_MIN, dashboardLines } from '../../src/report/dashboard.ts';
import type { SessionState } from '../../src/sim/session-state.ts';
import fc from '../support/fast-check.ts';
import { anySession, HALFWAY, sampleOf } from '../support/sessions.ts';

const plain = (state: SessionState, width: number): string[] =>
  dashboardLines(state, { color: false, width });

test('a comparison in 70 columns: what sells, how fast, what is done and what is to come', () => {
  assert.deepEqual(plain(HALFWAY, 70), [
    'event-lock  sim compare  2 of 3  0.4 s',
    `requests  ${'█'.repeat(20)}${'░'.repeat(20)} 50%  500`,
    `stock     ${'█'.repeat(20)}${'░'.repeat(20)} 50 left`,
    'rate      500/s    █▃',
    'response  p50 1.2us  p99 52ms',
    'tickets   50 granted, 20 refusals',
    'done      check-then-act oversold 461k/s p99 52us',
    'to come   rw-lock',
  ]);
});

test('where there is no room for all strategies, the rest is counted: 40 columns', () => {
  const untried = ['seat-map', 'fifo-lock', 'two-phase-hold', 'batch'].map((strategy) => {
    return { strategy, runs: 0, verdicts: {}, oversold: 0, voidRuns: 0 };
  });
  const lines = plain({ ...HALFWAY, strategies: untried }, 40);
  assert.equal(lines.at(-1), 'to come   seat-map, fifo-lock and 2 more');
});

test('strategies that are run again and again show their verdicts by number', () => {
  const strategies = [
    { strategy: 'rw-lock', runs: 7, verdicts: { exact: 6, oversold: 1 }, oversold: 3, voidRuns: 2 },
  ];
  const lines = plain({ ...HALFWAY, strategies }, 80);
  assert.equal(lines.at(-1), 'done      rw-lock 6 exact 1 oversold 2 void');
});

test('without a number of requests to expect there is no bar for them', () => {
  const current = { ...HALFWAY.current, expected: null } as SessionState['current'];
  assert.equal(plain({ ...HALFWAY, current }, 70)[1], 'requests  500');
});

test('a run says when it is warming up and when it is audited', () => {
  const run = HALFWAY.current as NonNullable<SessionState['current']>;
  const [warming] = plain({ ...HALFWAY, current: { ...run, samples: [sampleOf()] } }, 70);
  assert.equal(warming, 'event-lock  sim compare  2 of 3  warming up');
  const [audited] = plain(
    { ...HALFWAY, current: { ...run, sold: true, part: 'block 1 of 2' } },
    70,
  );
  assert.equal(audited, 'event-lock  sim compare  2 of 3  block 1 of 2  auditing');
});

test('no state needs more than 8 lines or a longer one than there is room for, from 40 columns on', () => {
  const { columns } = DASHBOARD_MIN;
  fc.assert(
    fc.property(anySession, fc.integer({ min: columns, max: 300 }), (state, width) => {
      const lines = plain(state, width);
      assert.ok(lines.length <= 8);
      for (const line of lines) {
        assert.ok(line.length <= width, line);
        assert.doesNotMatch(line, /NaN|undefined|Infinity|\p{Cc}/u);
      }
    }),
  );
});

test('colour changes nothing but colour', () => {
  fc.assert(
    fc.property(anySession, fc.integer({ min: 40, max: 120 }), (state, width) => {
      const colored = dashboardLines(state, { color: true, width });
      assert.deepEqual(colored.map(stripVTControlCharacters), plain(state, width));
    }),
  );
});
