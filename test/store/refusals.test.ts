import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_SUSPECTS, SuspectLog } from '../../src/store/refusals.ts';

const SUSPECT = { event: 7, quantity: 3, startNs: 1e12 + 1, endNs: 1e12 + 5 };

test('a suspect comes back as it was recorded', () => {
  const log = new SuspectLog(SuspectLog.allocate());
  assert.equal(log.record(SUSPECT), true);
  assert.equal(log.record({ ...SUSPECT, event: 0 }), true);
  assert.equal(log.length, 2);
  assert.deepEqual(log.suspect(0), SUSPECT);
  assert.equal(log.suspect(1).event, 0);
});

test('a full log refuses one more and says so, instead of failing', () => {
  const memory = SuspectLog.allocate();
  // Filling it takes seconds: the first word says how many entries there are.
  new Int32Array(memory, 0, 1)[0] = MAX_SUSPECTS;
  const log = new SuspectLog(memory);
  assert.equal(log.record(SUSPECT), false);
  assert.equal(log.length, MAX_SUSPECTS);
});

test('the log has room for as many as it says', () => {
  assert.ok(SuspectLog.allocate().maxByteLength >= MAX_SUSPECTS * 24);
});
