import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINE_WORDS } from '../../src/store/layout.ts';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { RequestSlots } from '../../src/store/memory/request-slots.ts';
import { singleWriter } from '../../src/store/memory/single-writer.ts';
import type { Clerk, SaleContext } from '../../src/store/strategy.ts';
import { openAlone, type StagedSale, serveOnce, stageSale } from '../support/open-alone.ts';

const TAIL = 0;
const BELL = LINE_WORDS;
const RING = 3 * LINE_WORDS;

/** A sale of some sellers and their clerk. */
function stageClerk(sellers: number, tickets = 10) {
  const sale = stageSale(singleWriter, { events: 1, tickets }, { crewSize: sellers + 1 });
  const clerk = singleWriter.openClerk?.(sale.context(sellers)) as Clerk;
  return { ...sale, clerk };
}

/** What seller `self` does to ask, as far as `steps` go: publish, draw a place, fill it. */
function ask(sale: StagedSale, self: number, quantity: number, steps: 1 | 2 | 3 = 3): void {
  const { words, own, size } = sale;
  slotsOf(sale, sale.context(self)).ask(0, quantity);
  if (steps < 2) return;
  const place = words.add(own + TAIL, 1);
  if (steps < 3) return;
  const ringSize = 2 ** Math.ceil(Math.log2(size.members - 1));
  words.store(own + RING + (place & (ringSize - 1)) * LINE_WORDS, self + 1);
}

function slotsOf({ own, size }: StagedSale, context: SaleContext): RequestSlots {
  const all = singleWriter.ownWords?.(size) as number;
  return new RequestSlots(context, own + all - RequestSlots.words(size));
}

function answerOf(sale: StagedSale, self: number): number | undefined {
  const slots = slotsOf(sale, sale.context(self));
  return slots.answered ? slots.answer : undefined;
}

test('the clerk answers all that wait, in the order of their arrival: 3 requests', () => {
  const sale = stageClerk(3);
  ask(sale, 2, 4);
  ask(sale, 0, 1);
  ask(sale, 1, -2);
  for (let i = 0; i < 3; i++) serveOnce(sale.clerk, sale.words);
  assert.deepEqual(
    [0, 1, 2].map((self) => answerOf(sale, self)),
    [4, 2, 0],
  );
  assert.equal(sale.words.load(sale.inventory.remaining(0)), 7);
});

test('the ring is used again and again: 3 sellers, 50 rounds', () => {
  const sale = stageClerk(3, 150);
  for (let round = 0; round < 50; round++) {
    for (const self of [0, 1, 2]) ask(sale, self, 1);
    for (let i = 0; i < 3; i++) serveOnce(sale.clerk, sale.words);
    assert.deepEqual(
      [0, 1, 2].map((self) => answerOf(sale, self)),
      [3 * round, 3 * round + 1, 3 * round + 2],
    );
  }
});

test('the stock is only read and written, never read, modified and written at once', () => {
  const sale = stageClerk(1);
  const { words, inventory } = sale;
  for (const name of ['add', 'sub', 'exchange', 'compareExchange'] as const) {
    const original = words[name].bind(words) as (...args: number[]) => never;
    words[name] = (index: number, ...values: number[]) => {
      assert.ok(![inventory.remaining(0), inventory.issued(0)].includes(index), name);
      return original(index, ...values);
    };
  }
  ask(sale, 0, 4);
  serveOnce(sale.clerk, words);
  ask(sale, 0, -4);
  serveOnce(sale.clerk, words);
  assert.equal(answerOf(sale, 0), 4);
});

test('a seller that asks or closes while the clerk sleeps wakes it', () => {
  const sale = stageClerk(2);
  const { words, own, clerk } = sale;
  const notified: number[] = [];
  words.notify = (index) => notified.push(index);
  let sleeps = 0;
  words.wait = () => {
    sleeps++;
    singleWriter.open(sale.context(1)).close();
    return 'ok';
  };
  words.spin = () => {};
  assert.equal(clerk.serve(), true);
  assert.deepEqual([sleeps, notified], [1, [own + BELL]]);
  words.wait = () => {
    sleeps++;
    words.turn = () => serveOnce(clerk, words);
    words.spin = () => words.turn();
    const seller = singleWriter.open(sale.context(0));
    assert.equal(seller.reserve(0, 2, 0), 0);
    return 'ok';
  };
  assert.equal(clerk.serve(), true);
  assert.deepEqual([sleeps, notified], [2, [own + BELL, own + BELL]]);
});

test('who comes between the last look of the clerk and its sleep is not slept through', () => {
  const sale = stageClerk(1);
  const { words, own } = sale;
  words.spin = () => {};
  words.wait = () => assert.fail('it slept');
  const store = words.store.bind(words);
  words.store = (index, value) => {
    // Just before the clerk says that it sleeps: this seller sees no reason to wake it.
    if (index === own + BELL) ask(sale, 0, 3);
    return store(index, value);
  };
  assert.equal(sale.clerk.serve(), true);
  words.store = store;
  serveOnce(sale.clerk, words);
  assert.equal(answerOf(sale, 0), 0);
});

test('the clerk leaves when every seller has closed or died, and not before: 3 sellers', () => {
  const sale = stageClerk(3);
  const { words, crew, clerk } = sale;
  words.turn = () => {};
  assert.equal(clerk.serve(), true);
  singleWriter.open(sale.context(0)).close();
  // Closed and dead is one seller, not two.
  crew.markDead(0);
  crew.markDead(1);
  assert.equal(clerk.serve(), true);
  singleWriter.open(sale.context(2)).close();
  assert.equal(clerk.serve(), false);
});

test('the clerk leaves without waiting when every seller has closed: 2 sellers', () => {
  const sale = stageClerk(2);
  for (const self of [0, 1]) singleWriter.open(sale.context(self)).close();
  sale.words.spin = () => {};
  sale.words.wait = () => assert.fail('it slept');
  assert.equal(sale.clerk.serve(), false);
});

test('a request of a seller that died is served, and the clerk goes on: 2 sellers', () => {
  const sale = stageClerk(2);
  ask(sale, 0, 1);
  ask(sale, 1, 1);
  sale.crew.markDead(0);
  for (let i = 0; i < 2; i++) serveOnce(sale.clerk, sale.words);
  assert.equal(answerOf(sale, 1), 1);
});

test('the clerk waits for a place that is drawn but not yet filled, unless somebody died: 2 sellers', () => {
  const sale = stageClerk(2);
  const { words, crew, clerk, own } = sale;
  ask(sale, 0, 1, 2);
  ask(sale, 1, 1);
  words.turn = () => {};
  assert.equal(clerk.serve(), true);
  assert.equal(answerOf(sale, 1), undefined);
  crew.markDead(0);
  assert.throws(() => clerk.serve(), new AbandonedLockError('a place in the ring', 0, false));
  words.store(own + RING, 1);
  for (let i = 0; i < 2; i++) serveOnce(clerk, words);
  assert.deepEqual([answerOf(sale, 0), answerOf(sale, 1)], [0, 1]);
});

test('a seller hears of the death of the clerk, and of no other: 2 sellers', () => {
  const sale = stageClerk(2);
  const { words, crew } = sale;
  crew.markDead(1);
  let turns = 0;
  const sleep = words.wait.bind(words);
  words.wait = (index, expected) => {
    if (++turns === 3) crew.markDead(2);
    return sleep(index, expected);
  };
  words.turn = () => {};
  const context = sale.context(0);
  assert.throws(
    () => singleWriter.open(context).reserve(0, 1, 0),
    new AbandonedLockError("the clerk's desk", 2, true),
  );
  assert.equal(turns, 3);
  assert.equal(context.contention.waits, 1);
});

test('a seller without a clerk serves itself and waits for nobody: 1 member', () => {
  const seller = openAlone(singleWriter, { events: 1, tickets: 3 });
  assert.equal(seller.reserve(0, 2, 0), 0);
  assert.equal(seller.cancel(0, 0, 2, 0), 2);
  assert.equal(seller.reserve(0, 3, 0), 2);
  seller.close();
});

test('who looks asks nobody', () => {
  assert.equal(singleWriter.open(stageClerk(2).context(0)).available(0), 10);
});

test('names its words: the ring of 3 sellers has 4 entries', () => {
  const size = { events: 1, tickets: 1, members: 4 };
  const describe = (offset: number) => singleWriter.describeWord?.(offset, size);
  assert.equal(singleWriter.ownWords?.(size), (3 + 4 + 4) * LINE_WORDS);
  assert.equal(describe(TAIL)?.name, 'places drawn in the ring');
  assert.equal(describe(BELL)?.show?.(1, String), 'awaited');
  assert.equal(describe(BELL + 1)?.name, 'sellers that have closed');
  assert.equal(describe(RING + 3 * LINE_WORDS)?.name, 'ring: entry 3');
  assert.equal(describe(RING)?.show?.(2, String), '1');
  assert.deepEqual([describe(7 * 16)?.name, describe(7 * 16)?.member], ['request', 0]);
  assert.equal(describe(7 * 16)?.show?.(3, String), 'closed');
});
