import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { optimistic } from '../../src/store/memory/optimistic.ts';
import { SOLD_OUT } from '../../src/store/strategy.ts';
import { idle, openStaged, type StagedMember } from '../support/open-staged.ts';
import { atTurn } from '../support/staged-words.ts';

const STOCK = { events: 1, tickets: 5 };

/** Has `act` happen once, right before the member next looks how many tickets remain. */
function beforeLook({ words, context }: StagedMember, act: () => void): void {
  const load = words.load.bind(words);
  words.load = (index) => {
    if (index === context.inventory.remaining(0)) {
      words.load = load;
      act();
    }
    return load(index);
  };
}

/** Has `act` happen once, right before the member publishes what it has written. */
function beforePublishing({ words }: StagedMember, act: () => void): void {
  const exchange = words.exchange.bind(words);
  words.exchange = (...args) => {
    words.exchange = exchange;
    act();
    return exchange(...args);
  };
}

test('decides anew, and works anew, when somebody sells meanwhile: 2 buyers', () => {
  const works: string[] = [];
  const [mine, other] = openStaged(optimistic, STOCK, [
    () => {
      works.push('mine');
      if (works.length === 1) assert.equal(other?.reserver.reserve(0, 2, 1), 0);
    },
    () => works.push('other'),
  ]);
  assert.ok(mine && other);
  assert.equal(mine.reserver.reserve(0, 3, 0), 2);
  assert.deepEqual(works, ['mine', 'other', 'mine']);
  assert.equal(mine.context.contention.retries, 1);
  assert.equal(mine.reserver.available(0), 0);
});

test('refuses whom it would have served, had nobody come between: 2 buyers of the last tickets', () => {
  let works = 0;
  const [mine, other] = openStaged(optimistic, STOCK, [
    () => {
      if (++works === 1) other?.reserver.reserve(0, 4, 1);
    },
    idle,
  ]);
  assert.ok(mine && other);
  assert.equal(mine.reserver.reserve(0, 3, 0), SOLD_OUT);
  assert.equal(mine.context.contention.retries, 1);
  assert.equal(mine.reserver.available(0), 1);
});

for (const ask of ['browse', 'reserve'] as const) {
  test(`what was read of two versions is read again: ${ask}`, () => {
    const [mine, other] = openStaged(optimistic, STOCK, [idle, idle]);
    assert.ok(mine && other);
    beforeLook(mine, () => other.reserver.reserve(0, 4, 1));
    if (ask === 'browse') assert.equal(mine.reserver.available(0), 1);
    else assert.equal(mine.reserver.reserve(0, 2, 0), SOLD_OUT);
    assert.equal(mine.context.contention.retries, 1);
  });

  test(`nobody sees a sale that is not published: ${ask}`, () => {
    const [mine, other] = openStaged(optimistic, STOCK, [idle, idle]);
    assert.ok(mine && other);
    mine.words.turn = () => {
      throw new Error('has to wait');
    };
    beforePublishing(other, () => {
      assert.throws(() => {
        if (ask === 'browse') mine.reserver.available(0);
        else mine.reserver.reserve(0, 3, 0);
      }, /has to wait/);
    });
    assert.equal(other.reserver.reserve(0, 5, 1), 0);
    assert.equal(mine.reserver.available(0), 0);
    assert.equal(mine.context.contention.waits, 1);
  });
}

test('a cancel that meets a sale is done anew, and loses none of both', () => {
  const [mine, other] = openStaged(optimistic, STOCK, [idle, idle]);
  assert.ok(mine && other);
  const ticket = mine.reserver.reserve(0, 2, 0);
  const swap = mine.words.compareExchange.bind(mine.words);
  mine.words.compareExchange = (...args) => {
    mine.words.compareExchange = swap;
    other.reserver.reserve(0, 1, 1);
    return swap(...args);
  };
  assert.equal(mine.reserver.cancel(0, ticket, 2, 0), 2);
  assert.equal(mine.context.contention.retries, 1);
  assert.equal(mine.reserver.available(0), 4);
});

test('who finds the version of a dead writer is told', () => {
  const [mine, other] = openStaged(optimistic, STOCK, [idle, idle]);
  assert.ok(mine && other);
  beforePublishing(other, () => {
    throw new Error('dies');
  });
  assert.throws(() => other.reserver.reserve(0, 1, 1), /dies/);
  mine.words.turn = atTurn(150, () => mine.context.crew.markDead(1));
  const abandoned = new AbandonedLockError('the version of event 0', 1, true);
  assert.throws(() => mine.reserver.reserve(0, 1, 0), abandoned);
});
