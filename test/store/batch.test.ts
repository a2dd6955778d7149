import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { MUTEX_WORDS, Mutex } from '../../src/store/locks/mutex.ts';
import { batch } from '../../src/store/memory/batch.ts';
import { RequestSlots } from '../../src/store/memory/request-slots.ts';
import { SOLD_OUT } from '../../src/store/strategy.ts';
import fc from '../support/fast-check.ts';
import { type StagedSale, stageSale } from '../support/open-alone.ts';
import { atTurn } from '../support/staged-words.ts';

const LOCK = 'the batch lock of event 0';
const EVENT_WORDS = 2 * MUTEX_WORDS;

/** A sale in which member 0 is just deciding an earlier batch of the first event. */
function stageLeader(tickets: number, crewSize = 3, work = () => {}) {
  const sale = stageSale(batch, { events: 1, tickets }, { crewSize, work });
  const mutex = new Mutex(sale.context(0), sale.own, LOCK);
  mutex.lock();
  return { ...sale, mutex };
}

/**
 * Has members 1, 2, ... ask for these quantities (below zero: give back), one after the other while
 * member 0 has the lock, and then all be served. The answers.
 */
function askTogether(
  sale: ReturnType<typeof stageLeader>,
  quantities: readonly number[],
): number[] {
  const answers: number[] = [];
  const ask = (i: number): void => {
    const quantity = quantities[i];
    if (quantity === undefined) {
      // The last to ask, whose turn it is, finds the lock free when its time runs out.
      if (!sale.mutex.isFree()) sale.mutex.unlock();
      return;
    }
    const reserver = batch.open(sale.context(i + 1));
    let waited = false;
    sale.words.turn = () => {
      if (!waited) ask(i + 1);
      waited = true;
    };
    answers[i] =
      quantity > 0 ? reserver.reserve(0, quantity, i) : reserver.cancel(0, 0, -quantity, i);
  };
  ask(0);
  return answers;
}

test('decides a batch in the order of arrival, with one work, one write and one issue: 4 requests', () => {
  let works = 0;
  const sale = stageLeader(5, 5, () => works++);
  const { words, inventory } = sale;
  const written: number[] = [];
  const store = words.store.bind(words);
  words.store = (index, value) => {
    if (index === inventory.remaining(0)) written.push(value);
    return store(index, value);
  };
  assert.deepEqual(askTogether(sale, [2, 4, -1, 4]), [0, SOLD_OUT, 1, 2]);
  assert.deepEqual(written, [0]);
  assert.equal(works, 1);
  assert.equal(words.load(inventory.issued(0)), 6);
});

test('a batch of which nothing can be had neither works nor writes: 2 requests', () => {
  const sale = stageLeader(1, 3, () => assert.fail('worked'));
  const { words, inventory } = sale;
  words.store = (index) => {
    if (index === inventory.remaining(0)) assert.fail('wrote');
    return words.exchange(index, 1);
  };
  assert.deepEqual(askTogether(sale, [2, 3]), [SOLD_OUT, SOLD_OUT]);
});

test('a batch answers as its requests would one by one: random batches of up to 6', () => {
  const quantity = fc.integer({ min: -4, max: 6 }).filter((each) => each !== 0);
  const quantities = fc.array(quantity, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.nat({ max: 12 }), quantities, (tickets, asked) => {
      const sale = stageLeader(tickets, asked.length + 1);
      const answers = askTogether(sale, asked);
      let left = tickets;
      let serial = 0;
      for (const [i, each] of asked.entries()) {
        if (each > left) {
          assert.equal(answers[i], SOLD_OUT);
          continue;
        }
        assert.equal(answers[i], each < 0 ? -each : serial);
        left -= each;
        serial += Math.max(0, each);
      }
      assert.equal(sale.words.load(sale.inventory.remaining(0)), left);
    }),
  );
});

test('a follower leads in place of a leader that died before it had the lock', () => {
  const sale = stageSale(batch, { events: 1, tickets: 5 }, { crewSize: 2 });
  leadAndDie(sale);
  const { words } = sale;
  words.turn = () => {};
  assert.equal(batch.open(sale.context(1)).reserve(0, 2, 1), 1);
  assert.equal(batch.open(sale.context(1)).available(0), 2);
});

/** Member 0 asks for one ticket onto the empty list, and dies. */
function leadAndDie(sale: StagedSale): void {
  new RequestSlots(sale.context(0), sale.own + EVENT_WORDS).ask(0, 1);
  sale.words.store(sale.own + MUTEX_WORDS, 1);
  sale.crew.markDead(0);
}

test('a follower leaves the lock alone', () => {
  const sale = stageLeader(5);
  const { words, own } = sale;
  // Member 0 has pushed its request, and will take the list with that of member 1.
  words.store(own + MUTEX_WORDS, 1);
  const leading = new RequestSlots(sale.context(0), own + EVENT_WORDS);
  words.turn = atTurn(3, () => leading.give(1, 4));
  const context = sale.context(1);
  const held = words.load(own);
  assert.equal(batch.open(context).reserve(0, 1, 1), 4);
  assert.equal(words.load(own), held);
  assert.deepEqual(context.contention, { retries: 0, waits: 1 });
});

test('a leader that comes too late finds its request answered', () => {
  const sale = stageLeader(5);
  const { words } = sale;
  const [one, two] = [1, 2].map((self) => batch.open(sale.context(self)));
  let second: number | undefined;
  words.turn = () => {
    words.turn = atTurn(1, () => sale.mutex.unlock());
    second = two?.reserve(0, 1, 2);
  };
  assert.deepEqual([one?.reserve(0, 2, 1), second], [0, 2]);
  assert.equal(sale.mutex.isFree(), true);
});

for (const place of ['leader', 'follower'] as const) {
  test(`the next ${place} hears of a leader that dies with the lock, and of no other death`, () => {
    const sale = stageLeader(5);
    const { words, crew, own } = sale;
    crew.markDead(2);
    // Member 2 is on the list already: so member 1 follows.
    if (place === 'follower') words.store(own + MUTEX_WORDS, 3);
    words.turn = atTurn(3 * words.patience, () => crew.markDead(0));
    assert.throws(
      () => batch.open(sale.context(1)).reserve(0, 2, 1),
      new AbandonedLockError(LOCK, 0, true),
    );
  });
}

test('who looks needs no lock', () => {
  assert.equal(batch.open(stageLeader(5).context(1)).available(0), 5);
});

test('names its words: lock and list of 2 events, then the slots', () => {
  const size = { events: 2, tickets: 1, members: 2 };
  const describe = (offset: number) => batch.describeWord?.(offset, size);
  assert.equal(batch.ownWords?.(size), 6 * 16);
  assert.equal(describe(EVENT_WORDS)?.name, 'the batch lock of event 1');
  assert.equal(describe(EVENT_WORDS + 16)?.name, 'latest request of event 1');
  assert.deepEqual([describe(84)?.name, describe(84)?.member], ['next request', 1]);
  assert.equal(
    describe(84)?.show?.(1, (member) => `seller ${member}`),
    'seller 0',
  );
});
