import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { FIELDS, type Field, flagOf } from '../../src/sim/fields.ts';
import { DEFAULTS, PRESETS } from '../../src/sim/presets.ts';
import { resolveScenario } from '../../src/sim/scenario.ts';
import fc from '../support/fast-check.ts';

function fieldNamed(name: string): Field {
  const field = FIELDS.find((each) => each.name === name);
  assert.ok(field, `there is no field ${name}`);
  return field;
}

/** What each text means; undefined where it must be refused. */
const CASES: Readonly<Record<string, readonly (readonly [text: string, value: unknown])[]>> = {
  clients: [
    ['1', 1],
    ['1000', 1000],
    ['1e3', 1000],
    ['10000000', 10_000_000],
    ['10000001', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1,000', undefined],
    ['0x10', undefined],
    [' 5', undefined],
    ['', undefined],
    ['many', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['1e999', undefined],
  ],
  rate: [
    ['max', 'max'],
    ['50000', 50_000],
    ['0.5', 0.5],
    ['1e6', 1_000_000],
    ['100000000', 100_000_000],
    ['1e400', undefined],
    ['0', undefined],
    ['0.0', undefined],
    ['-1', undefined],
    ['MAX', undefined],
    ['10/s', undefined],
    ['', undefined],
  ],
  duration: [
    ['1ms', 1e6],
    ['1000us', 1e6],
    ['1000000ns', 1e6],
    ['1.5s', 1.5e9],
    ['2m', 120e9],
    ['24h', 86_400e9],
    ['24.001h', undefined],
    ['0.999ms', undefined],
    ['0', undefined],
    ['10', undefined],
    ['10 s', undefined],
    ['-1s', undefined],
    ['1e3ms', undefined],
    ['s', undefined],
    ['1d', undefined],
    ['', undefined],
  ],
  requests: [
    ['1', 1],
    ['2000000000', 2_000_000_000],
    ['2000000001', undefined],
    ['0', undefined],
    ['0.5', undefined],
  ],
  events: [
    ['1', 1],
    ['1048576', 1_048_576],
    ['1048577', undefined],
    ['0', undefined],
  ],
  tickets: [
    ['1', 1],
    ['1073741824', 2 ** 30],
    ['1073741825', undefined],
    ['0', undefined],
  ],
  quantity: [
    ['2', new Map([[2, 1]])],
    [
      '1..3',
      new Map([
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
    ],
    ['4..4', new Map([[4, 1]])],
    [
      '1:50,2:30.5',
      new Map([
        [1, 50],
        [2, 30.5],
      ]),
    ],
    ['1023', new Map([[1023, 1]])],
    ['1024', undefined],
    ['0', undefined],
    ['4..1', undefined],
    ['1..1024', undefined],
    ['1..', undefined],
    ['1:0', undefined],
    ['1:1,1:2', undefined],
    ['1:1e308,2:1e308', undefined],
    ['1:-1,2:3', undefined],
    ['1.5:1', undefined],
    ['1:1,', undefined],
    ['', undefined],
  ],
  mix: [
    ['reserve=100', { reserve: 100, cancel: 0, browse: 0 }],
    ['reserve=90,browse=8,cancel=2', { reserve: 90, cancel: 2, browse: 8 }],
    ['browse=0.5', { reserve: 0, cancel: 0, browse: 0.5 }],
    ['reserve=0', undefined],
    ['reserve', undefined],
    ['reserve=1,reserve=2', undefined],
    ['reserve=-1,browse=2', undefined],
    ['refund=1', undefined],
    // Names that every object inherits.
    ['toString=1', undefined],
    ['reserve=1,constructor=1', undefined],
    ['__proto__=1', undefined],
    ['', undefined],
  ],
  arrivals: [
    ['constant', { kind: 'constant' }],
    ['poisson', { kind: 'poisson' }],
    ['onsale', { kind: 'onsale', share: 0.8 }],
    ['onsale:0', { kind: 'onsale', share: 0 }],
    ['onsale:1', { kind: 'onsale', share: 1 }],
    ['onsale:0.25', { kind: 'onsale', share: 0.25 }],
    ['onsale:1.01', undefined],
    ['onsale:-0.1', undefined],
    ['onsale:', undefined],
    ['Poisson', undefined],
    ['', undefined],
  ],
  popularity: [
    ['uniform', 0],
    ['in-turn', 'in-turn'],
    ['in-turn:2', undefined],
    ['In-turn', undefined],
    ['zipf:0', 0],
    ['zipf:1.1', 1.1],
    ['zipf:10', 10],
    ['zipf:10.1', undefined],
    ['zipf:-1', undefined],
    ['zipf', undefined],
    ['', undefined],
  ],
  threads: [
    ['1', 1],
    ['256', 256],
    ['257', undefined],
    ['0', undefined],
  ],
  seed: [
    ['42', '42'],
    ['any text at all', 'any text at all'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), undefined],
    ['', undefined],
  ],
  workInside: [
    ['0', 0],
    ['0ns', 0],
    ['20us', 20_000],
    ['20µs', 20_000],
    ['1s', 1e9],
    ['1001ms', undefined],
    ['20', undefined],
    ['-1us', undefined],
  ],
  workOutside: [
    ['0', 0],
    ['1.5us', 1500],
    ['2s', undefined],
  ],
  kernel: [
    ['js', 'js'],
    ['wasm', 'wasm'],
    ['WASM', undefined],
    ['', undefined],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  for (const [text, value] of cases) {
    const shown = text.length > 20 ? `a text of ${text.length} characters` : `"${text}"`;
    test(`${name} ${value === undefined ? 'refuses' : 'reads'} ${shown}`, () => {
      assert.deepEqual(fieldNamed(name).parse(text), value);
    });
  }
}

test('every field has cases here', () => {
  assert.deepEqual(Object.keys(CASES).toSorted(), FIELDS.map(({ name }) => name).toSorted());
});

test('a flag is the kebab-case of the name in files', () => {
  assert.equal(flagOf(fieldNamed('workInside')), 'work-inside');
  assert.equal(flagOf(fieldNamed('seed')), 'seed');
});

for (const field of FIELDS) {
  const wrong = (CASES[field.name] ?? []).find(([, value]) => value === undefined)?.[0] as string;
  test(`a wrong --${flagOf(field)} is told with what is allowed and what was got`, () => {
    const rate = field.name === 'arrivals' ? { rate: '10' } : {};
    assert.throws(
      () => resolveScenario({ fields: { ...rate, [field.name]: wrong } }),
      new InputError(`--${flagOf(field)} must be ${field.allowed}; got "${wrong}"`),
    );
  });
}

test('no text at all makes a parser throw, or return what is no number: 1000 texts a field', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d.e:=,a-z]{0,12}$/));
  for (const field of FIELDS) {
    fc.assert(
      fc.property(text, (given) => {
        const value = field.parse(given);
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0);
        if (value instanceof Map) assert.ok(sum(value.values()) > 0);
      }),
      { numRuns: 1000 },
    );
  }
});

test('whole numbers are read as they are written: every size up to ten million', () => {
  const clients = fieldNamed('clients');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (value) => {
      assert.equal(clients.parse(String(value)), value);
    }),
  );
});

test('times mean the same in every unit: 1 to 1,000 ms', () => {
  const workInside = fieldNamed('workInside');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (ms) => {
      for (const text of [`${ms}ms`, `${ms * 1e3}us`, `${ms * 1e6}ns`, `${ms / 1e3}s`]) {
        assert.equal(workInside.parse(text), ms * 1e6, text);
      }
    }),
  );
});

test('every default and every preset is made of fields that can be read', () => {
  for (const fields of [DEFAULTS, ...PRESETS.map((preset) => preset.fields)]) {
    for (const [name, text] of Object.entries(fields)) {
      assert.notEqual(fieldNamed(name).parse(text), undefined, `${name}: ${text}`);
    }
  }
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
