import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { catalog } from '../../src/store/catalog.ts';
import { defineStoreStrategy, defineStrategy, faultOf } from '../../src/store/define-strategy.ts';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type { StoreStrategy } from '../../src/store/stored.ts';
import type { Strategy, StrategyFacts } from '../../src/store/strategy.ts';

const FACTS: StrategyFacts = {
  name: 'mine',
  summary: 'Refuses all.',
  source: 'a test',
  promises: ['noOversell'],
};
const MINE: Strategy = {
  ...FACTS,
  open: () => assert.fail('opened'),
};

test('a strategy comes back as it is, frozen', () => {
  const mine = { ...MINE };
  assert.equal(defineStrategy(mine), mine);
  assert.ok(Object.isFrozen(mine));
});

const ON_STORE: StoreStrategy = {
  ...MINE,
  family: 'file',
  needs: [],
  isolation: 'none',
  durability: 'none at all',
  prepare: () => assert.fail('prepared'),
  open: () => assert.fail('opened'),
  readBack: () => assert.fail('read back'),
  remove: () => assert.fail('removed'),
};

test('a strategy on a store comes back as it is, frozen', () => {
  const mine = { ...ON_STORE };
  assert.equal(defineStoreStrategy(mine), mine);
  assert.ok(Object.isFrozen(mine));
});

test('every strategy of the catalogue would pass', () => {
  for (const strategy of catalog) assert.equal(defineStrategy({ ...strategy }).name, strategy.name);
  for (const strategy of storeCatalog) {
    assert.equal(defineStoreStrategy({ ...strategy }).name, strategy.name);
    assert.equal(faultOf(strategy), undefined);
  }
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

for (const [fault, value, message] of [
  ['nothing', undefined, 'a strategy must be an object; got undefined'],
  [
    'a strategy in memory',
    MINE,
    'a strategy must give its family as one of file, postgres, redis, hybrid; got undefined',
  ],
  [
    'a family of its own',
    { ...ON_STORE, family: 'mysql' },
    "a strategy must give its family as one of file, postgres, redis, hybrid; got 'mysql'",
  ],
  [
    'a server nobody can start',
    { ...ON_STORE, needs: ['postgres', 'mysql'] },
    "a strategy must list its needs among postgres, redis; got [ 'postgres', 'mysql' ]",
  ],
  [
    'no needs',
    { ...ON_STORE, needs: undefined },
    'a strategy must list its needs among postgres, redis; got undefined',
  ],
  [
    'no isolation',
    { ...ON_STORE, isolation: '' },
    "a strategy must give its isolation as a text; got ''",
  ],
  [
    'no durability',
    { ...ON_STORE, durability: 3 },
    'a strategy must give its durability as a text; got 3',
  ],
  [
    'what cannot be read back',
    { ...ON_STORE, readBack: undefined },
    'a strategy must have a function readBack; got undefined',
  ],
  [
    'a promise that there is none of',
    { ...ON_STORE, promises: ['cheap'] },
    "a strategy must list its promises among noOversell, noLostReceipt, noFalseSoldOut, noStaleRead, noStarvation; got [ 'cheap' ]",
  ],
] as const) {
  test(`of strategies on stores, ${fault} is refused in one line`, () => {
    assert.throws(
      () => defineStoreStrategy(value as unknown as StoreStrategy),
      (error) => error instanceof InputError && error.message === message,
    );
  });
}

for (const key of ['family', 'needs', 'isolation', 'durability', 'prepare', 'readBack', 'remove']) {
  test(`what has all of a strategy on a store but its ${key} is told so`, () => {
    assert.match(faultOf({ ...ON_STORE, [key]: undefined }) ?? '', new RegExp(` ${key}\\b`));
  });
}
