import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concludeComparison, concludeRun } from '../../src/report/conclusion.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { incompleteResult, oversoldResult, resultOf } from '../support/results.ts';

const FAST: RunResult = resultOf('compare-and-swap');
const SLOW: RunResult = resultOf('rw-lock', { throughput: { timeToSellOutMs: 1.25 } });
const EARNED = 'sold every ticket at most once and refused nobody wrongly';
const RANKED =
  'compare-and-swap selling out first (500us) and rw-lock last (1.25ms) in this one run';

test('all exact: 2 strategies', () => {
  assert.equal(concludeComparison([SLOW, FAST]), `Both ${EARNED}, ${RANKED}.`);
});

test('all exact: 3 strategies, the middle one not named', () => {
  const middle = resultOf('event-lock', { throughput: { timeToSellOutMs: 0.75 } });
  assert.equal(concludeComparison([middle, SLOW, FAST]), `All 3 ${EARNED}, ${RANKED}.`);
});

test('one exact alone is not ranked', () => {
  assert.equal(concludeComparison([FAST]), `Compare-and-swap ${EARNED}.`);
});

test('one oversold, two exact', () => {
  assert.equal(
    concludeComparison([oversoldResult(1234), FAST, SLOW]),
    `Check-then-act sold 1,234 tickets that did not exist; the other 2 ${EARNED}, ${RANKED}.`,
  );
});

test('a control that was not caught is neither faulty nor praised: it says how little this shows', () => {
  const lucky = resultOf('check-then-act');
  const text = concludeComparison([lucky, FAST, SLOW]);
  assert.match(text, /^The other 2 .*; check-then-act, the control, was not caught: /);
});

test('a run that was cut short counts for nothing, and the others are the others', () => {
  assert.equal(
    concludeComparison([incompleteResult('event-lock', 'interrupted'), FAST, SLOW]),
    `Event-lock was cut short and shows nothing; the other 2 ${EARNED}, ${RANKED}.`,
  );
});

test('a run whose figures are void is not ranked, though its verdict stands', () => {
  const late = resultOf('event-lock', {
    health: { valid: false, reasons: ['too slow'] },
    throughput: { timeToSellOutMs: 9 },
  });
  assert.equal(concludeComparison([FAST, late, SLOW]), `All 3 ${EARNED}, ${RANKED}.`);
});

test('those that never sold out are not ranked', () => {
  const never = { throughput: { timeToSellOutMs: null } };
  const results = [resultOf('rw-lock', never), resultOf('event-lock', never), FAST];
  assert.equal(concludeComparison(results), `All 3 ${EARNED}.`);
});

test('no run at all', () => {
  assert.equal(concludeComparison([]), 'Nothing was run.');
});

test('every fault of one run is named, one of each', () => {
  const { audit } = resultOf('x', {
    audit: {
      verdict: 'oversold',
      oversold: 1,
      duplicateTickets: 1,
      lostReceipts: 1,
      falseSoldOut: 1,
      brokenPromises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
    },
  });
  assert.equal(
    concludeRun(resultOf('x', { audit })),
    'sold 1 ticket that did not exist; sold 1 ticket twice; did not honour 1 receipt; refused 1 request although enough tickets were free',
  );
});

test('a false refusal is told apart from a broken promise', () => {
  const undersold = { verdict: 'undersold', falseSoldOut: 3 } as const;
  assert.match(concludeRun(resultOf('x', { audit: undersold })), /\(which it does not rule out\)$/);
  const broken = { ...undersold, brokenPromises: ['noFalseSoldOut'] } as const;
  assert.doesNotMatch(concludeRun(resultOf('x', { audit: broken })), /rule out/);
});

test('a run that was cut short says why', () => {
  assert.equal(concludeRun(incompleteResult('x', 'worker 1: boom')), 'cut short: worker 1: boom');
});

test('an oversell that a run proved before it was cut short is not passed over', () => {
  const result = resultOf('check-then-act', {
    audit: { verdict: 'incomplete', oversold: 5, brokenPromises: ['noOversell'] },
    health: { valid: false, reasons: ['interrupted'] },
  });
  assert.match(concludeRun(result), /5 tickets that did not exist/);
  assert.match(concludeComparison([result, FAST]), /5 tickets that did not exist/);
});
