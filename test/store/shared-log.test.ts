import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedLog } from '../../src/store/shared-log.ts';

const SHAPE = { ints: 3, floats: 2 };
const GROWN = 20_000;

function append(log: SharedLog, i: number): number {
  return log.append([i, ~i, i ^ 0x55], [i + 0.5, ~i / 3]);
}

function entry(log: SharedLog, i: number): number[] {
  return [log.int(i, 0), log.int(i, 1), log.int(i, 2), log.float(i, 0), log.float(i, 1)];
}

function expected(i: number): number[] {
  return [i, ~i, i ^ 0x55, i + 0.5, ~i / 3];
}

test(`a log keeps every entry while it grows: ${GROWN} entries`, () => {
  const log = SharedLog.allocate(SHAPE, GROWN);
  const before = log.buffer.byteLength;
  for (let i = 0; i < GROWN; i++) assert.equal(append(log, i), i);
  assert.equal(log.length, GROWN);
  assert.ok(log.buffer.byteLength > before);
  for (let i = 0; i < GROWN; i++) assert.deepEqual(entry(log, i), expected(i));
});

test(`a reader sees what is appended after it attached: ${GROWN} entries, beyond its first view`, () => {
  const log = SharedLog.allocate(SHAPE, GROWN);
  const reader = new SharedLog(log.buffer, SHAPE);
  assert.equal(reader.length, 0);
  for (let i = 0; i < GROWN; i++) append(log, i);
  assert.equal(reader.length, GROWN);
  assert.deepEqual(entry(reader, GROWN - 1), expected(GROWN - 1));
  assert.deepEqual(entry(reader, 0), expected(0));
});

test('a reader may ask for any field first: the floats of an entry beyond its first view', () => {
  const log = SharedLog.allocate(SHAPE, GROWN);
  const reader = new SharedLog(log.buffer, SHAPE);
  for (let i = 0; i < GROWN; i++) append(log, i);
  assert.equal(reader.float(GROWN - 1, 0), GROWN - 0.5);
});

test('a full log says so, and keeps what it has: 4096 entries', () => {
  const log = SharedLog.allocate(SHAPE, 4096);
  for (let i = 0; i < 4096; i++) append(log, i);
  assert.throws(() => append(log, 4096), /one thread can record 4096 entries of a kind/);
  assert.equal(log.length, 4096);
  assert.deepEqual(entry(log, 4095), expected(4095));
});

test('the last growth takes only what is allowed: 5000 entries', () => {
  const log = SharedLog.allocate(SHAPE, 5000);
  for (let i = 0; i < 5000; i++) append(log, i);
  assert.throws(() => append(log, 5000), /one thread can record 5000 entries of a kind/);
});

for (const shape of [
  { ints: 0, floats: 1 },
  { ints: 1, floats: 0 },
  { ints: 1, floats: 1 },
  { ints: 6, floats: 3 },
]) {
  test(`neighbouring entries never touch: ${shape.ints} ints, ${shape.floats} floats`, () => {
    const log = SharedLog.allocate(shape, 4096);
    const ints = (i: number): number[] => Array.from({ length: shape.ints }, (_, f) => i * 10 + f);
    const floats = (i: number): number[] =>
      Array.from({ length: shape.floats }, (_, f) => i + f / 10);
    for (let i = 0; i < 100; i++) log.append(ints(i), floats(i));
    for (let i = 0; i < 100; i++) {
      assert.deepEqual(
        ints(i).map((_, field) => log.int(i, field)),
        ints(i),
      );
      assert.deepEqual(
        floats(i).map((_, field) => log.float(i, field)),
        floats(i),
      );
    }
  });
}
