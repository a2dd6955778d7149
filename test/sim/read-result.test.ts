import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { readResult } from '../../src/sim/read-result.ts';
import { withFolder } from '../support/folder.ts';
import { incompleteResult, oversoldResult, resultOf } from '../support/results.ts';

const COMPARISON = { schemaVersion: 1, results: [oversoldResult(3), resultOf('event-lock')] };

/** What the reader makes of a file with this in it. */
function read(content: unknown): unknown {
  return withFolder((folder) => {
    const path = join(folder, 'result.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readResult(path);
  });
}

/** What the reader says about such a file, without the folder. */
function refusal(content: unknown): string {
  try {
    read(content);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, /result\.json/);
    assert.doesNotMatch(error.message, /\n/);
    return error.message.replace(/^.*result\.json/, '');
  }
  return assert.fail('it was read');
}

/** Every object in a value, with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[path: string, object: object]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value];
  for (const [key, child] of Object.entries(value)) yield* objectsIn(child, `${path}/${key}`);
}

test('a run, a run cut short and a comparison are read as they were printed', () => {
  for (const result of [resultOf('rw-lock'), incompleteResult('rw-lock', 'late'), COMPARISON]) {
    assert.deepEqual(read(result), result);
  }
  assert.deepEqual(read({ ...COMPARISON, results: [] }), { schemaVersion: 1, results: [] });
});

test('a result of a newer sim with more fields is read, and so is one with a byte order mark', () => {
  const result = { ...resultOf('rw-lock'), more: { to: 'come' } };
  assert.deepEqual(read(`\uFEFF${JSON.stringify(result)}`), result);
});

test('no control character gets out of a file: it could paint a terminal', () => {
  const result = { ...resultOf('rw-lock'), command: 'sim run \u001b[31m\u0007' };
  assert.equal((read(result) as { command: string }).command, 'sim run ?[31m?');
});

const BY_OUTCOME = /ByOutcomeNs$|histograms\/responseTimeNs$/;

test('without any one of its fields, or with a field of another type, a result is refused by its path', () => {
  const whole = { schemaVersion: 1, results: [resultOf('rw-lock')] };
  let fields = 0;
  for (const [path, object] of objectsIn(whole)) {
    for (const [key, value] of Object.entries(object)) {
      for (const wrong of [undefined, value === true ? 0 : true]) {
        // An outcome that never occurred has no times.
        if (wrong === undefined && BY_OUTCOME.test(path)) continue;
        const copy = structuredClone(whole);
        const place = path
          .split('/')
          .slice(1)
          .reduce((at: unknown, step) => {
            return (at as Record<string, unknown>)[step];
          }, copy) as Record<string, unknown>;
        place[key] = wrong;
        // An outcome that did not occur is left out.
        if (wrong === undefined && /ByOutcomeNs$|histograms\/responseTimeNs$/.test(path)) continue;
        const says = key === 'results' ? /is not a result/ : new RegExp(`${key} must be `);
        assert.match(
          refusal(copy),
          key === 'schemaVersion' && path === '' ? /schemaVersion/ : says,
        );
      }
      fields++;
    }
  }
  assert.ok(fields > 50, `${fields}`);
});

test('what is wrong is told in one line', () => {
  const result = resultOf('rw-lock');
  const cases: readonly (readonly [content: unknown, says: string])[] = [
    ['', ':1: not valid JSON (value expected)'],
    ['{\n"schemaVersion": 1,\n', ':3: not valid JSON (property name expected)'],
    ['\u001b[31m', ':1: not valid JSON (invalid symbol)'],
    ['[]', ' is not a result of sim run, sim compare or sim sweep (--format json)'],
    ['null', ' is not a result of sim run, sim compare or sim sweep (--format json)'],
    [{ strategy: 'x' }, ' is not a result of sim run, sim compare or sim sweep (--format json)'],
    [{ ...result, schemaVersion: 2 }, ' has schemaVersion 2; this version of sim reads 1'],
    [
      { ...result, audit: { ...result.audit, verdict: 'fine' } },
      " is not a whole result: audit.verdict must be one of exact, oversold, undersold, inconsistent, indeterminate, incomplete; got 'fine'",
    ],
    [
      JSON.stringify(result).replace('"p99":22000', '"p99":1e999'),
      ' is not a whole result: responseTimeNs.p99 must be a finite number; got Infinity',
    ],
    [
      { schemaVersion: 1, results: [result, { ...result, scenario: null }] },
      ' is not a whole result: results[1].scenario must be an object; got null',
    ],
  ];
  for (const [content, says] of cases) assert.equal(refusal(content), says);
});

test('a file that is not there, and a folder, are named', () => {
  assert.throws(
    () => readResult('/no/such/file'),
    /^InputError: cannot read \/no\/such\/file: ENOENT/,
  );
  withFolder((folder) => assert.throws(() => readResult(folder), /cannot read .*: EISDIR/));
  assert.throws(() => readResult(''), /cannot read "": /);
});

test('what charts are drawn from has to be whole: histograms decode, columns are of one length', () => {
  const { histograms, series, ...others } = resultOf('rw-lock');
  const cases: [object, RegExp][] = [
    [
      { histograms: { ...histograms, serviceTimeNs: 'HISTFAAA' }, series },
      /serviceTimeNs must be a histogram/,
    ],
    [{ histograms, series: { ...series, queue: [1] } }, /series\.queue must have as many entries/],
    [{ histograms, series: { ...series, intervalMs: 0 } }, /intervalMs must be above 0/],
  ];
  for (const [changes, says] of cases) assert.match(refusal({ ...others, ...changes }), says);
});
