import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  emptyRequest,
  KIND,
  MAX_CLIENTS,
  MAX_EVENTS,
  MAX_QUANTITY,
  REQUEST_BYTES,
  REQUEST_WORDS,
  type Request,
  readRequest,
  writeRequest,
} from '../../src/generator/request.ts';
import fc from '../support/fast-check.ts';

function encode(request: Request): Int32Array {
  const words = new Int32Array(REQUEST_WORDS);
  writeRequest(words, 0, request);
  return words;
}

function decode(words: Int32Array, at = 0): Request {
  // Readers use one object again and again: nothing may shine through from the request before.
  const request: Request = { intendedNs: -1, client: -1, event: -1, quantity: -1, kind: -1 };
  readRequest(request, { get: (index) => words[index] as number }, at);
  return request;
}

const anyRequest: fc.Arbitrary<Request> = fc.record(
  {
    intendedNs: fc.oneof(
      fc.maxSafeNat(),
      fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1),
    ),
    client: fc.oneof(fc.nat(MAX_CLIENTS), fc.constant(MAX_CLIENTS)),
    event: fc.oneof(fc.nat(MAX_EVENTS - 1), fc.constant(MAX_EVENTS - 1)),
    quantity: fc.oneof(fc.nat(MAX_QUANTITY), fc.constant(MAX_QUANTITY)),
    kind: fc.constantFrom(...Object.values(KIND)),
  },
  // Like the objects it is compared with.
  { noNullPrototype: true },
);

test('a request has the four words that are documented, computed by hand: 5 s', () => {
  // 5,000,000,000 = 1 * 4,294,967,296 + 705,032,704, and 3 * 4096 + 2 * 4 + 1 = 12,297.
  const request = { intendedNs: 5e9, client: 7, event: 3, quantity: 2, kind: KIND.cancel };
  assert.deepEqual([...encode(request)], [705_032_704, 1, 7, 12_297]);
});

test('the largest values fill their bits, computed by hand: 20 + 10 bits and kind 2', () => {
  const request = {
    intendedNs: 2 ** 32 - 1,
    client: MAX_CLIENTS,
    event: MAX_EVENTS - 1,
    quantity: MAX_QUANTITY,
    kind: KIND.browse,
  };
  // 0xffffffff, 0, 0x7fffffff and 0xfffffffe, as signed words.
  assert.deepEqual([...encode(request)], [-1, 0, 2_147_483_647, -2]);
});

test('kinds have the codes that traces carry: 0, 1, 2', () => {
  assert.deepEqual(KIND, { reserve: 0, cancel: 1, browse: 2 });
});

test('a record is 16 bytes, little-endian', () => {
  const words = encode({ intendedNs: 2 ** 32 + 2, client: 3, event: 1, quantity: 0, kind: 0 });
  assert.equal(words.byteLength, REQUEST_BYTES);
  const bytes = [2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 16, 0, 0];
  assert.deepEqual([...new Uint8Array(words.buffer)], bytes);
});

test('every request survives its record, those at the limits too', () => {
  fc.assert(
    fc.property(anyRequest, (request) => assert.deepEqual(decode(encode(request)), request)),
  );
});

test('a request leaves its neighbours alone: 3 records', () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      const words = new Int32Array(3 * REQUEST_WORDS).fill(-7);
      writeRequest(words, REQUEST_WORDS, request);
      assert.deepEqual(decode(words, REQUEST_WORDS), request);
      const neighbours = [...words.subarray(0, 4), ...words.subarray(8)];
      assert.deepEqual(neighbours, [-7, -7, -7, -7, -7, -7, -7, -7]);
    }),
  );
});

test('the empty request asks for nothing, and every one is a new object', () => {
  assert.deepEqual([...encode(emptyRequest())], [0, 0, 0, 0]);
  assert.notEqual(emptyRequest(), emptyRequest());
});
