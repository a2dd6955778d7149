import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from '../../src/base/errors.ts';
import { invariant } from '../../src/base/invariant.ts';
import { nearest } from '../../src/base/nearest.ts';

const NAMES = ['compare-and-swap', 'global-lock', 'event-lock', 'rw-lock'];

test('a slip of the keys is answered with the name that was meant: 4 names', () => {
  assert.equal(nearest('globl-lock', NAMES), '; did you mean "global-lock"?');
  assert.equal(nearest('event_lock', NAMES), '; did you mean "event-lock"?');
});

test('what resembles no name gets no suggestion', () => {
  assert.equal(nearest('optimistic', NAMES), '');
  assert.equal(nearest('anything', []), '');
});

test('a short name is not suggested for a text that shares no letter with it', () => {
  assert.equal(nearest('xy', ['ab']), '');
});

test('a broken invariant throws what it was about, a kept one does nothing', () => {
  invariant(true, 'never seen');
  assert.throws(() => invariant(false, '3 sold of 2'), /invariant broken: 3 sold of 2/);
});

test('the message of anything thrown is a text', () => {
  assert.equal(messageOf(new RangeError('too far')), 'too far');
  assert.equal(messageOf(undefined), 'undefined');
});
