import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { resolveSale, SALE_DEFAULTS, SALE_PRESETS, smallSale } from '../../src/explore/terms.ts';

const reserve = (quantity: number, event = 0) => ({ kind: 'reserve', event, quantity });

test('without a word it is 2 clients who want the 1 ticket of 1 event', () => {
  assert.deepEqual(smallSale(resolveSale(undefined, {})), {
    events: 1,
    tickets: 1,
    clients: [[reserve(1)], [reserve(1)]],
  });
});

test('clients ask for the quantities in turn, and again from the first: 2,3 among 3', () => {
  const { clients } = smallSale(resolveSale(undefined, { clients: '3', quantity: '2,3' }));
  assert.deepEqual(clients, [[reserve(2)], [reserve(3)], [reserve(2)]]);
});

test('clients ask for the events in turn, each beginning with another: 2 clients, 2 operations, 2 events', () => {
  const { clients } = smallSale(resolveSale(undefined, { operations: '2', events: '2' }));
  assert.deepEqual(clients, [
    [reserve(1, 0), reserve(1, 1)],
    [reserve(1, 1), reserve(1, 0)],
  ]);
});

test('the first clients give back, and the last ones ask what is left: 1 and 2 of 3', () => {
  const terms = resolveSale(undefined, { clients: '3', cancels: '1', browses: '2', events: '3' });
  assert.deepEqual(smallSale(terms).clients, [
    [reserve(1, 0), { kind: 'cancel', of: 0 }],
    [reserve(1, 1), { kind: 'browse', event: 1 }],
    [reserve(1, 2), { kind: 'browse', event: 2 }],
  ]);
});

test('one who gives back and asks does so in this order', () => {
  const [first] = smallSale(resolveSale(undefined, { cancels: '2', browses: '2' })).clients;
  assert.deepEqual(
    first?.map(({ kind }) => kind),
    ['reserve', 'cancel', 'browse'],
  );
});

test('flags win over the preset, and the preset over what holds by default', () => {
  const terms = resolveSale('lost-update', { tickets: '7' });
  assert.deepEqual([terms.tickets, terms.quantity, terms.events], [7, [2, 3], 1]);
});

for (const { name, sentence, fields } of SALE_PRESETS) {
  test(`the preset ${name} is a sale, and says something that defaults do not`, () => {
    const terms = resolveSale(name, {});
    assert.equal(smallSale(terms).clients.length, terms.clients);
    assert.notDeepEqual({ ...SALE_DEFAULTS, ...fields }, SALE_DEFAULTS);
    assert.match(sentence, /^[A-Z].*\.$/);
  });
}

test('the bounds themselves are allowed: 1 and 8 clients, no tickets and 1,000,000', () => {
  assert.equal(resolveSale(undefined, { clients: '8' }).clients, 8);
  assert.equal(resolveSale(undefined, { clients: '1' }).clients, 1);
  assert.equal(resolveSale(undefined, { tickets: '0' }).tickets, 0);
  assert.equal(resolveSale(undefined, { tickets: '1000000' }).tickets, 1_000_000);
});

/** Terms that are refused, and what is said. */
const REFUSALS: readonly (readonly [given: Record<string, string>, message: string])[] = [
  [{ clients: '9' }, '--clients must be a whole number from 1 to 8; got "9"'],
  [{ clients: '0' }, '--clients must be a whole number from 1 to 8; got "0"'],
  [{ clients: '1.5' }, '--clients must be a whole number from 1 to 8; got "1.5"'],
  [{ clients: '' }, '--clients must be a whole number from 1 to 8; got ""'],
  [{ clients: '1,2' }, '--clients must be one number; got "1,2"'],
  [{ tickets: '-1' }, '--tickets must be a whole number from 0 to 1000000; got "-1"'],
  [{ tickets: '1000001' }, '--tickets must be a whole number from 0 to 1000000; got "1000001"'],
  [{ quantity: '0' }, '--quantity must be whole numbers from 1 to 1000000; got "0"'],
  [{ quantity: '1,' }, '--quantity must be whole numbers from 1 to 1000000; got "1,"'],
  [{ quantity: 'all' }, '--quantity must be whole numbers from 1 to 1000000; got "all"'],
  [{ operations: '9' }, '--operations must be a whole number from 1 to 8; got "9"'],
  [{ events: '0' }, '--events must be a whole number from 1 to 8; got "0"'],
  [{ cancels: '3' }, '--cancels must be at most the number of clients, 2; got 3'],
  [{ browses: '2', clients: '1' }, '--browses must be at most the number of clients, 1; got 2'],
];

for (const [given, message] of REFUSALS) {
  test(`refused: ${JSON.stringify(given)}`, () => {
    assert.throws(() => resolveSale(undefined, given), new InputError(message));
  });
}

test('an unknown preset is refused with the one that was meant', () => {
  assert.throws(
    () => resolveSale('lost-updat', {}),
    /^InputError: --scenario must be one of lost-update, .*; got "lost-updat"; did you mean "lost-update"\?$/,
  );
});
