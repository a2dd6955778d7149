import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomStream, shuffled } from '../../src/base/random.ts';
import fc from '../support/fast-check.ts';
import { countsOf, even, fits } from '../support/statistics.ts';

function draw({ next }: Random, count: number): number[] {
  return Array.from({ length: count }, next);
}

function drawDoubles({ nextDouble }: Random, count: number): number[] {
  return Array.from({ length: count }, nextDouble);
}

test('the same seed and concern give the same numbers: 1,000 of each width', () => {
  const [first, second] = [randomStream('42', 'arrivals'), randomStream('42', 'arrivals')];
  assert.deepEqual(draw(first, 1000), draw(second, 1000));
  assert.deepEqual(drawDoubles(first, 1000), drawDoubles(second, 1000));
});

test('no two of 100 seeds and 5 concerns give the same numbers', () => {
  const concerns = ['arrivals', 'clients', 'popularity', 'quantity', 'mix'];
  const streams = Array.from({ length: 100 }, (_, seed) => String(seed)).flatMap((seed) =>
    concerns.map((concern) => draw(randomStream(seed, concern), 4).join()),
  );
  assert.equal(new Set(streams).size, 500);
});

test('drawing from one concern leaves the others as they were', () => {
  const alone = draw(randomStream('42', 'clients'), 100);
  const clients = randomStream('42', 'clients');
  const arrivals = randomStream('42', 'arrivals');
  const interleaved = alone.map(() => {
    arrivals.nextDouble();
    return clients.next();
  });
  assert.deepEqual(interleaved, alone);
});

test('numbers have the bits they promise: 32 and 53', () => {
  const random = randomStream('42', 'bits');
  const wide = drawDoubles(random, 1000);
  for (const value of draw(random, 1000)) assert.ok(Number.isInteger(value * 2 ** 32));
  for (const value of wide) assert.ok(Number.isInteger(value * 2 ** 53));
  assert.ok(wide.some((value) => !Number.isInteger(value * 2 ** 52)));
});

test('numbers are uniform in [0, 1): 100,000 of each width in 100 cells', () => {
  const random = randomStream('42', 'uniform');
  for (const values of [draw(random, 100_000), drawDoubles(random, 100_000)]) {
    assert.ok(values.every((value) => value >= 0 && value < 1));
    const cells = values.map((value) => Math.floor(value * 100));
    assert.ok(fits(countsOf(cells, 100), even(100)));
  }
});

test('every order is as likely: 6 orders of 3, 6,000 times', () => {
  const random = randomStream('42', 'orders');
  const orders = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'];
  const drawn = Array.from({ length: 6000 }, () =>
    orders.indexOf(shuffled(['a', 'b', 'c'], random).join('')),
  );
  assert.ok(fits(countsOf(drawn, 6), even(6)), countsOf(drawn, 6).join());
});

const ascending = (a: number, b: number): number => a - b;

test('a new order loses nothing and leaves the old one as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
      const before = [...items];
      const after = shuffled(items, randomStream(seed, 'order'));
      assert.deepEqual(items, before);
      assert.deepEqual(after.toSorted(ascending), before.toSorted(ascending));
    }),
  );
});
