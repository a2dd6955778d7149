import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Attempt,
  decide,
  FIRST_WAIT_MS,
  LONGEST_WAIT_MS,
  retryAfterMs,
} from '../../src/client/retry.ts';
import fc from '../support/fast-check.ts';

const PLENTY = { attempts: 1, leftMs: 60_000 };

describe('is asked again', () => {
  const CASES: readonly (readonly [what: string, attempt: Attempt])[] = [
    ['what got no answer', { kind: 'unanswered' }],
    ['what is still worked on (409)', { kind: 'answered', status: 409, code: 'in-flight' }],
    ['who is too early (429)', { kind: 'answered', status: 429, code: 'overloaded' }],
    ['what was contended (503)', { kind: 'answered', status: 503, code: 'contended' }],
    ['what nobody knows (503)', { kind: 'answered', status: 503, code: 'in-doubt' }],
    ['what a proxy could not reach (502)', { kind: 'answered', status: 502, code: 'http-502' }],
  ];
  for (const [what, attempt] of CASES) {
    test(what, () => assert.equal(decide(attempt, PLENTY, 0.5).kind, 'again'));
  }
});

describe('is not asked again', () => {
  for (const [status, code] of [
    [201, undefined],
    [304, undefined],
    [400, 'bad-request'],
    [401, 'wrong-credentials'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'sold-out'],
    [409, 'not-held'],
    [422, 'key-reused'],
    [500, 'internal'],
  ] as const) {
    test(`${status} ${code ?? 'done'}`, () => {
      assert.deepEqual(decide({ kind: 'answered', status, code }, PLENTY, 0.5), {
        kind: 'settled',
      });
    });
  }
});

test('waits grow twofold up to a bound, and are drawn from all of it: 1 to 40 attempts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempts, fraction) => {
        const decision = decide({ kind: 'unanswered' }, { attempts, leftMs: 60_000 }, fraction);
        assert.ok(decision.kind === 'again');
        const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
        assert.equal(decision.waitMs, Math.round(longest * fraction));
      },
    ),
  );
});

test('Retry-After is obeyed: never sooner, and at most a quarter later', () => {
  const busy: Attempt = { kind: 'answered', status: 429, retryAfterMs: 4000 };
  assert.deepEqual(decide(busy, PLENTY, 0), { kind: 'again', waitMs: 4000 });
  assert.deepEqual(decide(busy, PLENTY, 1), { kind: 'again', waitMs: 5000 });
});

test('who would be too late does not wait', () => {
  const busy: Attempt = { kind: 'answered', status: 429, retryAfterMs: 4000 };
  assert.deepEqual(decide(busy, { attempts: 1, leftMs: 4000 }, 0), { kind: 'settled' });
  assert.deepEqual(decide({ kind: 'unanswered' }, { attempts: 9, leftMs: -1 }, 0), {
    kind: 'settled',
  });
});

test('Retry-After is read in seconds, and nothing else is', () => {
  assert.equal(retryAfterMs('2'), 2000);
  for (const header of [undefined, '', '-1', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
    assert.equal(retryAfterMs(header), undefined);
  }
});
