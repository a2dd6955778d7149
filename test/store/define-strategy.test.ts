import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { catalog } from '../../src/store/catalog.ts';
import { defineStrategy } from '../../src/store/define-strategy.ts';
import type { Strategy } from '../../src/store/strategy.ts';

const MINE: Strategy = {
  name: 'mine',
  summary: 'Refuses all.',
  source: 'a test',
  promises: ['noOversell'],
  open: () => assert.fail('opened'),
};

test('a strategy comes back as it is, frozen', () => {
  const mine = { ...MINE };
  assert.equal(defineStrategy(mine), mine);
  assert.ok(Object.isFrozen(mine));
});

test('every strategy of the catalogue would pass', () => {
  for (const strategy of catalog) assert.equal(defineStrategy({ ...strategy }).name, strategy.name);
});

for (const [fault, value, message] of [
  ['nothing', undefined, 'a strategy must be an object; got undefined'],
  ['a number', 5, 'a strategy must be an object; got 5'],
  ['no open', { ...MINE, open: undefined }, 'a strategy must have a function open; got undefined'],
  ['no name', { ...MINE, name: '' }, "a strategy must give its name as a text; got ''"],
  [
    'a long name',
    { ...MINE, name: 'My Own' },
    'a strategy must have a name in kebab-case; got "My Own"',
  ],
] as const) {
  test(`${fault} is refused in one line`, () => {
    assert.throws(
      () => defineStrategy(value as unknown as Strategy),
      (error) => error instanceof InputError && error.message === message,
    );
  });
}
