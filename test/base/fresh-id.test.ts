import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshBytes, freshId, freshNumber } from '../../src/base/fresh-id.ts';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MANY = 20_000;

test('an id is a UUID of version 7 of its time', () => {
  for (const ms of [0, 1, 0x0123_4567_89ab, 2 ** 48 - 1, Date.UTC(2026, 4, 1)]) {
    const id = freshId(ms);
    assert.match(id, UUID_7);
    assert.equal(Number.parseInt(id.replace('-', '').slice(0, 12), 16), ms);
  }
});

test('ids of one time differ, and those of two are in the order of their times', () => {
  const ids = Array.from({ length: MANY }, (_, index) => freshId(1_000_000 + (index >> 4)));
  assert.equal(new Set(ids).size, MANY);
  for (let index = 16; index < MANY; index += 16) {
    assert.ok((ids[index - 1] as string) < (ids[index] as string));
  }
});

test('each of the 74 random bits of an id is drawn', () => {
  let ones = 0n;
  let zeros = 0n;
  for (let index = 0; index < 200; index++) {
    const bits = BigInt(`0x${freshId(0).replaceAll('-', '')}`);
    ones |= bits;
    zeros |= ~bits & (2n ** 128n - 1n);
  }
  // A bit that is random has been both by now: that one is not is less likely than 1 in 10^57.
  assert.equal((ones & zeros).toString(2).replaceAll('0', '').length, 74);
});

test('numbers are whole, below 2^48 and different; bytes are as many as were asked for', () => {
  const numbers = Array.from({ length: MANY }, freshNumber);
  assert.ok(numbers.every((each) => Number.isSafeInteger(each) && each >= 0 && each < 2 ** 48));
  assert.equal(new Set(numbers).size, MANY);
  assert.equal(freshBytes(24).length, 24);
});
