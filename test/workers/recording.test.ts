import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ENDINGS, HistoryLog, OPERATION_KINDS } from '../../src/store/history-log.ts';
import { CONTENDED, DROPPED, FAILED, type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import { RecordingReserver } from '../../src/workers/recording.ts';
import { FakeClock } from '../support/booth.ts';

/** Every call takes 10 ns and gets this answer, or this error. */
function answering(answer: number | Error, clock: FakeClock): Reserver {
  const call = (): number => {
    clock.nowNs += 10;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { reserve: call, cancel: call, available: call, close: () => {} };
}

/** What is written down of a call by client 7, which was due at 95 and begins at 100. */
function recorded(answer: number | Error, call: (reserver: Reserver) => number) {
  const clock = new FakeClock();
  clock.nowNs = 100;
  const log = new HistoryLog(HistoryLog.allocate(10));
  const reserver = new RecordingReserver(answering(answer, clock), log, clock);
  reserver.announce(7, 95);
  if (answer instanceof Error) assert.throws(() => call(reserver), answer);
  else assert.equal(call(reserver), answer);
  assert.equal(log.length, 1);
  const { kind, ending, ...operation } = log.operation(0);
  return { kind: OPERATION_KINDS[kind], ending: ENDINGS[ending], ...operation };
}

const COMMON = { client: 7, event: 3, intendedNs: 95, startNs: 100, endNs: 110 };
const UNKNOWN = { ending: 'indeterminate', endNs: Number.POSITIVE_INFINITY };
const BROKEN = new Error('the store is gone');

describe('each answer is written down as it was told, with times around the call', () => {
  for (const [answer, expected] of [
    [5, { ending: 'reserved', value: 5 }],
    [0, { ending: 'reserved', value: 0 }],
    [SOLD_OUT, { ending: 'soldOut', value: -1 }],
    [CONTENDED, { ending: 'contended', value: -1 }],
    [DROPPED, { ending: 'dropped', value: -1 }],
    [FAILED, { ending: 'failed', value: -1 }],
    [-7, { ...UNKNOWN, value: -1 }],
    [0.5, { ...UNKNOWN, value: -1 }],
    [Number.NaN, { ...UNKNOWN, value: -1 }],
    [2 ** 31 - 1, { ...UNKNOWN, value: -1 }],
    [BROKEN, { ...UNKNOWN, value: -1 }],
  ] as const) {
    test(`reserve of 2: ${answer}: ${expected.ending}`, () => {
      const operation = recorded(answer, (reserver) => reserver.reserve(3, 2, 7));
      assert.deepEqual(operation, { ...COMMON, kind: 'reserve', quantity: 2, ...expected });
    });
  }

  for (const [answer, expected] of [
    [2, { ending: 'cancelled' }],
    [FAILED, { ending: 'failed' }],
    [SOLD_OUT, UNKNOWN],
    [1, UNKNOWN],
    [BROKEN, UNKNOWN],
  ] as const) {
    test(`cancel of 2: ${answer}: ${expected.ending}`, () => {
      const operation = recorded(answer, (reserver) => reserver.cancel(3, 40, 2, 7));
      assert.deepEqual(operation, {
        ...COMMON,
        kind: 'cancel',
        quantity: 2,
        value: 40,
        ...expected,
      });
    });
  }

  for (const [answer, expected] of [
    [9, { ending: 'browsed', value: 9 }],
    [-1, { ending: 'browsed', value: -1 }],
    [Number.NaN, { ...UNKNOWN, value: -1 }],
    [BROKEN, { ...UNKNOWN, value: -1 }],
  ] as const) {
    test(`available: ${answer}: ${expected.ending}`, () => {
      const operation = recorded(answer, (reserver) => reserver.available(3));
      assert.deepEqual(operation, { ...COMMON, kind: 'browse', quantity: 0, ...expected });
    });
  }
});

test('a request that begins before it was due was due when it began', () => {
  const clock = new FakeClock();
  const log = new HistoryLog(HistoryLog.allocate(10));
  const reserver = new RecordingReserver(answering(1, clock), log, clock);
  reserver.announce(7, 95);
  reserver.available(0);
  assert.equal(log.operation(0).intendedNs, 0);
});
