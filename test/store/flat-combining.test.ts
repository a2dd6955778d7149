import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { MUTEX_WORDS, Mutex } from '../../src/store/locks/mutex.ts';
import { flatCombining } from '../../src/store/memory/flat-combining.ts';
import { RequestSlots } from '../../src/store/memory/request-slots.ts';
import { SOLD_OUT } from '../../src/store/strategy.ts';
import { type StagedSale, stageSale } from '../support/open-alone.ts';
import { atTurn } from '../support/staged-words.ts';

const LOCK = "the combiner's lock";

/** A sale whose lock member 0 has just got. */
function stageCombiner(tickets: number, crewSize = 3, work = () => {}) {
  const sale = stageSale(flatCombining, { events: 1, tickets }, { crewSize, work });
  const mutex = new Mutex(sale.context(0), sale.own, LOCK);
  mutex.lock();
  return { ...sale, mutex };
}

function slotsOf(sale: StagedSale, self: number): RequestSlots {
  return new RequestSlots(sale.context(self), sale.own + MUTEX_WORDS);
}

test('one thread serves all that have published: 3 members, 5 tickets', () => {
  let works = 0;
  const sale = stageCombiner(5, 4, () => works++);
  const [one, two, three] = [1, 2, 3].map((self) => flatCombining.open(sale.context(self)));
  const answers: (number | undefined)[] = [];
  sale.words.turn = () => {
    sale.words.turn = () => {
      sale.words.turn = () => sale.mutex.unlock();
      // Member 3 finds the lock free, and nobody else runs until it is done.
      answers[3] = three?.reserve(0, 2, 3);
    };
    answers[2] = two?.reserve(0, 4, 2);
  };
  answers[1] = one?.reserve(0, 3, 1);
  assert.deepEqual(answers.slice(1), [0, SOLD_OUT, 3]);
  assert.equal(works, 2);
  assert.equal(sale.mutex.isFree(), true);
});

test('who looks asks nobody: 2 members while a combiner is at work', () => {
  const sale = stageCombiner(5);
  assert.equal(flatCombining.open(sale.context(1)).available(0), 5);
});

test('a request that comes after the combiner has passed its slot is woken to serve itself', () => {
  const sale = stageSale(flatCombining, { events: 1, tickets: 5 }, { crewSize: 3 });
  const { words } = sale;
  const late = slotsOf(sale, 2);
  const notified: number[] = [];
  words.notify = (index) => notified.push(index);
  const exchange = words.exchange.bind(words);
  words.exchange = (index, value) => {
    // The combiner is about to unlock: it has been at all slots.
    if (index === sale.own) {
      late.ask(0, 1);
      assert.equal(late.announceSleep(), true);
    }
    return exchange(index, value);
  };
  assert.equal(flatCombining.open(sale.context(0)).reserve(0, 2, 0), 0);
  assert.deepEqual(notified, [sale.own + MUTEX_WORDS + 2 * 16]);
  assert.equal(late.answered, false);
  // Woken: it has to announce its sleep anew, so that the next combiner looks after it too.
  assert.equal(late.sleep(), true);
});

test('who still waits busily when the lock gets free takes it at once', () => {
  const sale = stageCombiner(5);
  sale.words.turn = atTurn(3, () => {
    sale.mutex.unlock();
    sale.words.turn = () => assert.fail('it waited on');
  });
  assert.equal(flatCombining.open(sale.context(1)).reserve(0, 2, 1), 0);
});

test('a sleeper that is woken unanswered takes the lock and serves itself', () => {
  const sale = stageCombiner(5);
  const { words, mutex } = sale;
  words.turn = atTurn(words.patience, () => {
    mutex.unlock();
    slotsOf(sale, 0).wakeOne();
    words.turn = () => assert.fail('it slept again');
  });
  assert.equal(flatCombining.open(sale.context(1)).reserve(0, 2, 1), 0);
});

test('a sleeper whose combiner died before looking again takes the lock when its time runs out', () => {
  const sale = stageCombiner(5);
  const { words, mutex, crew } = sale;
  words.turn = atTurn(words.patience, () => {
    mutex.unlock();
    crew.markDead(0);
  });
  assert.equal(flatCombining.open(sale.context(1)).reserve(0, 2, 1), 0);
});

test('who waits for a combiner hears of its death, and of no other', () => {
  const sale = stageCombiner(5);
  const { words, crew } = sale;
  crew.markDead(2);
  words.turn = atTurn(words.patience + 5, () => crew.markDead(0));
  const context = sale.context(1);
  assert.throws(
    () => flatCombining.open(context).reserve(0, 2, 1),
    new AbandonedLockError(LOCK, 0, true),
  );
  assert.equal(context.contention.waits, 1);
});

test('names its words: the lock, then the slots of 2 members', () => {
  const size = { events: 1, tickets: 1, members: 2 };
  const describe = (offset: number) => flatCombining.describeWord?.(offset, size);
  assert.equal(flatCombining.ownWords?.(size), 3 * 16);
  assert.equal(describe(0)?.name, LOCK);
  assert.deepEqual([describe(17)?.name, describe(17)?.member], ['event of the request', 0]);
  assert.deepEqual([describe(32)?.name, describe(32)?.member], ['request', 1]);
  assert.equal(describe(32)?.show?.(2, String), 'asked, asleep');
  assert.equal(describe(34)?.show?.(-3, String), 'gives back 3');
});
