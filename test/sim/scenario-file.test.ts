import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { resolveScenario, type Scenario } from '../../src/sim/scenario.ts';

let folder = '';
let path = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-scenarios-'));
  path = join(folder, 'sale.json');
});
after(() => rmSync(folder, { recursive: true }));

function resolve(text: string, fields: Readonly<Record<string, string>> = {}): Scenario {
  writeFileSync(path, text);
  return resolveScenario({ scenario: path, fields });
}

/** What a file is refused with, its path replaced by FILE. */
function refusal(text: string): string {
  try {
    resolve(text);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message.replaceAll(path, 'FILE');
  }
  assert.fail(`${text} was accepted`);
}

test('texts and numbers, comments and trailing commas are read', () => {
  const scenario = resolve(`{
    // as many as in the hall
    "clients": 12, /* of all
    ages */ "workInside": "20us",
    "rate": 100.5,
  }`);
  assert.equal(scenario.clients, 12);
  assert.equal(scenario.workInsideNs, 20_000);
  assert.equal(scenario.ratePerSecond, 100.5);
});

test('an empty object is the default scenario', () => {
  assert.deepEqual(resolve('{}'), resolveScenario({}));
});

test('a file may begin with a byte order mark', () => {
  assert.equal(resolve('\ufeff{"clients": 5}').clients, 5);
});

test('a seed given as a number keeps all its digits', () => {
  assert.equal(resolve('{"seed": 12345678901234567890}').seed, '12345678901234567890');
});

test('a preset in a file lies under its other fields, wherever it stands', () => {
  for (const text of [
    '{"preset": "hot-event", "events": 3}',
    '{"events": 3, "preset": "hot-event"}',
  ]) {
    const scenario = resolve(text);
    assert.equal(scenario.events, 3);
    assert.equal(scenario.clients, 10_000);
  }
});

test('a flag wins over the file', () => {
  assert.equal(resolve('{"clients": 5}', { clients: '6' }).clients, 6);
});

test("a file's duration takes the place of its preset's number of requests", () => {
  assert.equal(resolve('{"preset": "steady", "duration": "2s"}').stream.requests, 40_000);
});

test("a flag's number of requests takes the place of the file's duration", () => {
  const scenario = resolve('{"rate": 10, "duration": "2s"}', { requests: '5' });
  assert.equal(scenario.stream.requests, 5);
  assert.equal(scenario.fields['duration'], undefined);
});

const REFUSALS: readonly (readonly [what: string, text: string, message: string | RegExp])[] = [
  ['a missing comma', '{\n "clients": 4\n "rate": 3}', 'FILE:3: not valid JSON (comma expected)'],
  ['a file that ends early', '{\n "clients": 4,\n', /^FILE:3: not valid JSON \([a-z ]+\)$/],
  ['an empty file', '', 'FILE:1: not valid JSON (value expected)'],
  ['two values', '{}\n{}', /^FILE:2: not valid JSON \([a-z ]+\)$/],
  ['a list', '[1]', 'FILE:1: a scenario must be a JSON object of fields'],
  ['null', 'null', 'FILE:1: a scenario must be a JSON object of fields'],
  [
    'an unknown field',
    '{\n "clints": 4}',
    'FILE:2: there is no field "clints"; did you mean "clients"?',
  ],
  [
    'the kebab-case of a flag',
    '{"work-inside": "1us"}',
    'FILE:1: there is no field "work-inside"; did you mean "workInside"?',
  ],
  ['a name like no field', '{"zzzzzzzz": 1}', 'FILE:1: there is no field "zzzzzzzz"'],
  ['a name that objects inherit', '{"__proto__": 1}', /^FILE:1: there is no field "__proto__"/],
  [
    'a field given twice',
    '{\n "clients": 4,\n "events": 1,\n "clients": 4}',
    'FILE:4: "clients" is given twice',
  ],
  ['true', '{"clients": true}', 'FILE:1: "clients" must be a text or a number; got boolean'],
  [
    'null for a field',
    '{"clients": null}',
    'FILE:1: "clients" must be a text or a number; got null',
  ],
  [
    'an object for a field',
    '{\n "quantity":\n {"1": 50}}',
    'FILE:3: "quantity" must be a text or a number; got object',
  ],
  ['a list for a field', '{"mix": []}', 'FILE:1: "mix" must be a text or a number; got array'],
  [
    'a value out of range',
    '{\n\n "clients": -4}',
    'FILE:3: "clients" must be a whole number from 1 to 10,000,000; got "-4"',
  ],
  [
    'an unknown preset',
    '{"preset": "last-tickt"}',
    /^FILE:1: "preset" must be one of onsale, .*; got "last-tickt"; did you mean "last-ticket"\?$/,
  ],
  [
    'a file as preset',
    '{"preset": "other.json"}',
    /^FILE:1: "preset" must be one of .*; got "other.json"$/,
  ],
  [
    'a duration and a number of requests',
    '{"requests": 5,\n "duration": "1s"}',
    'FILE:2: "duration" and FILE:1: "requests" exclude each other; give one',
  ],
];

for (const [what, text, message] of REFUSALS) {
  test(`a file is refused with its line: ${what}`, () => {
    const got = refusal(text);
    if (typeof message === 'string') assert.equal(got, message);
    else assert.match(got, message);
  });
}

test('lines are counted also where they end as on Windows', () => {
  assert.match(refusal('{\r\n "clients": 4,\r\n "x": 1}'), /^FILE:3: /);
});

test('a folder is no scenario file', () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  assert.throws(() => resolveScenario({ scenario: inner }), InputError);
});
