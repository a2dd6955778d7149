import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOLDS_PER_MEMBER } from '../../src/store/holds.ts';
import {
  HOLD_TTL_MS,
  type HoldReserver,
  twoPhaseHold,
} from '../../src/store/memory/two-phase-hold.ts';
import { CONTENDED, FAILED, SOLD_OUT } from '../../src/store/strategy.ts';
import fc from '../support/fast-check.ts';
import { type Rehearsal, rehearse } from '../support/rehearsal.ts';

interface Open extends Rehearsal {
  readonly sellers: readonly HoldReserver[];
  /** The first two of them. */
  readonly one: HoldReserver;
  readonly two: HoldReserver;
}

function open(tickets: number, members = 2): Open {
  const stage = rehearse({ events: 1, tickets, members }, twoPhaseHold);
  const sellers = stage.contexts.map((context) => twoPhaseHold.open(context));
  const [one, two] = sellers as [HoldReserver, HoldReserver];
  return Object.assign(stage, { sellers, one, two });
}

test('what is held is gone, and is sold when it is confirmed: 3 of 5 tickets', () => {
  const { one, two } = open(5);
  const hold = one.hold(0, 3, 0);
  assert.ok(hold >= 0);
  assert.equal(two.available(0), 2);
  assert.equal(two.reserve(0, 3, 1), SOLD_OUT);
  assert.equal(one.confirm(hold), 0);
  assert.equal(two.reserve(0, 2, 1), 3);
});

test('anybody may end a hold: opened by one seller, confirmed or released by another', () => {
  const { one, two } = open(5);
  assert.equal(two.confirm(one.hold(0, 1, 0)), 0);
  assert.equal(two.release(one.hold(0, 2, 0)), 2);
  assert.equal(one.available(0), 4);
});

test('a hold ends once: confirmed or released, it cannot be ended again', () => {
  for (const end of ['confirm', 'release'] as const) {
    const { one, two } = open(5);
    const hold = one.hold(0, 2, 0);
    assert.ok(one[end](hold) >= 0);
    assert.deepEqual([one.confirm(hold), two.release(hold)], [FAILED, FAILED]);
    assert.equal(one.available(0), end === 'confirm' ? 3 : 5);
  }
});

test('a hold that is over sells nothing, also when no sweep came by', () => {
  for (const [sweeps, end] of [
    [true, 'confirm'],
    [false, 'confirm'],
    [false, 'release'],
  ] as const) {
    const stage = open(5);
    const hold = stage.one.hold(0, 2, 0);
    stage.nowMs = HOLD_TTL_MS + 1;
    if (sweeps) assert.equal(stage.two.expire(), 1);
    assert.equal(stage.one[end](hold), FAILED);
    assert.equal(stage.one.available(0), 5);
    assert.equal(stage.two.expire(), 0);
    assert.equal(stage.words.load(stage.inventory.issued(0)), 0, 'a serial was issued');
  }
});

test('a hold is good through its last millisecond', () => {
  const stage = open(5);
  const hold = stage.one.hold(0, 2, 0);
  stage.nowMs = HOLD_TTL_MS;
  assert.equal(stage.two.expire(), 0);
  assert.equal(stage.one.confirm(hold), 0);
});

test('nothing expires that was confirmed', () => {
  const stage = open(5);
  stage.one.confirm(stage.one.hold(0, 2, 0));
  stage.nowMs = 2 * HOLD_TTL_MS;
  assert.equal(stage.two.expire(), 0);
  assert.equal(stage.two.available(0), 3);
});

/** Runs `act` when the state of a hold is about to be swapped: the very last moment to come first. */
function beforeTheSwap({ words, inventory }: Rehearsal, act: () => void): void {
  const swap = words.compareExchange.bind(words);
  words.compareExchange = (index, ...values) => {
    if (index === inventory.remaining(0)) return swap(index, ...values);
    words.compareExchange = swap;
    act();
    return swap(index, ...values);
  };
}

test('expiry that comes first wins over a confirmation that had looked already', () => {
  const stage = open(5);
  const hold = stage.one.hold(0, 2, 0);
  beforeTheSwap(stage, () => {
    stage.nowMs = HOLD_TTL_MS + 1;
    assert.equal(stage.two.expire(), 1);
  });
  assert.equal(stage.one.confirm(hold), FAILED);
  assert.equal(stage.one.available(0), 5);
});

test('a confirmation that comes first wins over expiry that had looked already', () => {
  const stage = open(5);
  const hold = stage.one.hold(0, 2, 0);
  const overMs = HOLD_TTL_MS + 1;
  let serial = -1;
  stage.nowMs = overMs;
  beforeTheSwap(stage, () => {
    // The seller had read the time a moment before it was over.
    stage.nowMs = HOLD_TTL_MS;
    serial = stage.one.confirm(hold);
    stage.nowMs = overMs;
  });
  assert.equal(stage.two.expire(), 0);
  assert.equal(serial, 0);
  assert.equal(stage.one.available(0), 3);
});

test('an old number does nothing to the hold that is in its place: released, confirmed, expired', () => {
  const stage = open(10);
  const { one, two } = stage;
  const old = [one.hold(0, 1, 0)];
  one.release(old[0] as number);
  old.push(one.hold(0, 1, 0));
  one.confirm(old[1] as number);
  old.push(one.hold(0, 1, 0));
  stage.nowMs = HOLD_TTL_MS + 1;
  one.expire();
  const current = one.hold(0, 4, 0);
  for (const hold of old) {
    assert.notEqual(hold, current);
    assert.deepEqual([two.confirm(hold), two.release(hold)], [FAILED, FAILED]);
  }
  assert.equal(one.available(0), 5);
  assert.equal(two.release(current), 4);
});

test('what is no number of a hold is refused', () => {
  const { one } = open(5);
  for (const hold of [-1, 0, 7, 0.5, Number.NaN, 2 ** 60, 1e300]) {
    assert.deepEqual([one.confirm(hold), one.release(hold)], [FAILED, FAILED], String(hold));
  }
  assert.equal(one.available(0), 5);
});

test("a dead member's tickets come back after their time: a buyer who finds too little sweeps", () => {
  const stage = open(5);
  stage.one.hold(0, 3, 0);
  // Dies between reading the stock and being paid.
  stage.work = (self) => {
    if (self === 0) throw new Error('dies');
  };
  assert.throws(() => stage.one.reserve(0, 2, 0), /dies/);
  stage.crew.markDead(0);
  assert.equal(stage.two.reserve(0, 1, 1), SOLD_OUT);
  stage.nowMs = HOLD_TTL_MS;
  assert.equal(stage.two.reserve(0, 1, 1), SOLD_OUT);
  stage.nowMs = HOLD_TTL_MS + 1;
  assert.equal(stage.two.reserve(0, 5, 1), 0);
});

test('a sale whose work outlasts its hold begins anew, with a new hold', () => {
  for (const swept of [true, false]) {
    const stage = open(5);
    let works = 0;
    stage.work = (self) => {
      if (self !== 0 || ++works > 1) return;
      stage.nowMs += HOLD_TTL_MS + 1;
      if (swept) stage.two.expire();
    };
    assert.equal(stage.one.reserve(0, 2, 0), 0);
    assert.equal(works, 2);
    assert.equal(stage.contexts[0]?.contention.retries, 1);
    assert.equal(stage.one.available(0), 3);
  }
});

test('a sale that always outlasts its hold is given up, and keeps nothing', () => {
  const stage = open(5);
  let works = 0;
  stage.work = () => {
    works++;
    stage.nowMs += HOLD_TTL_MS + 1;
  };
  assert.equal(stage.one.reserve(0, 2, 0), CONTENDED);
  assert.equal(works, 3);
  assert.equal(stage.contexts[0]?.contention.retries, 2);
  assert.equal(stage.two.available(0), 5);
});

test('a sale begun anew is refused when others have bought meanwhile', () => {
  const stage = open(5);
  stage.work = (self) => {
    if (self !== 0) return;
    stage.nowMs += HOLD_TTL_MS + 1;
    assert.equal(stage.two.reserve(0, 4, 1), 0);
  };
  assert.equal(stage.one.reserve(0, 2, 0), SOLD_OUT);
  assert.equal(stage.two.available(0), 1);
});

test(`without a slot left a hold is refused and takes nothing: ${HOLDS_PER_MEMBER} open`, () => {
  const stage = open(1000);
  for (let hold = 0; hold < HOLDS_PER_MEMBER; hold++) assert.ok(stage.one.hold(0, 1, 0) >= 0);
  assert.deepEqual([stage.one.hold(0, 1, 0), stage.one.reserve(0, 1, 0)], [CONTENDED, CONTENDED]);
  assert.equal(stage.one.available(0), 1000 - HOLDS_PER_MEMBER);
  assert.ok(stage.two.hold(0, 1, 0) >= 0, 'another has slots of its own');
  stage.nowMs = HOLD_TTL_MS + 1;
  assert.ok(stage.one.hold(0, 1, 0) >= 0, 'a slot whose hold is over is free');
  assert.equal(stage.one.available(0), 999);
});

test('a sold-out event with nothing overdue is refused without a sweep: 2 reads', () => {
  const stage = open(3);
  stage.one.hold(0, 3, 0);
  stage.nowMs = 10;
  assert.equal(stage.one.reserve(0, 1, 0), SOLD_OUT);
  const load = stage.words.load.bind(stage.words);
  let reads = 0;
  stage.words.load = (index) => {
    reads++;
    return load(index);
  };
  stage.words.store = () => assert.fail('a refusal writes');
  assert.equal(stage.two.reserve(0, 1, 0), SOLD_OUT);
  assert.equal(reads, 2);
});

const KINDS = ['hold', 'reserve', 'confirm', 'release', 'expire', 'cancel', 'wait'] as const;

const ANY_STEP = fc.record({
  kind: fc.constantFrom(...KINDS),
  member: fc.nat({ max: 2 }),
  quantity: fc.integer({ min: 1, max: 4 }),
  /** Which of the holds or tickets; how long to wait, too. */
  pick: fc.nat({ max: HOLD_TTL_MS }),
});

/** A plain account of what the sale must have done. */
class Books {
  free: number;
  readonly holds: { id: number; quantity: number; untilMs: number; isOpen: boolean }[] = [];
  readonly sold: { serial: number; quantity: number }[] = [];
  readonly #serials = new Set<number>();

  constructor(tickets: number) {
    this.free = tickets;
  }

  sell(serial: number, quantity: number): void {
    for (let each = serial; each < serial + quantity; each++) {
      assert.ok(!this.#serials.has(each), `serial ${each} was issued twice`);
      this.#serials.add(each);
    }
    this.sold.push({ serial, quantity });
  }

  /** What is over its time is free again: a sweep comes before anybody is refused. */
  expire(nowMs: number): void {
    const over = this.holds.filter(({ isOpen, untilMs }) => isOpen && untilMs < nowMs);
    for (const hold of over) this.end(hold);
  }

  end(hold: { quantity: number; isOpen: boolean }): void {
    hold.isOpen = false;
    this.free += hold.quantity;
  }
}

test('any holds, ends, returns and waits of 3 members conserve the stock, and no serial comes twice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(ANY_STEP, { maxLength: 60 }),
      (tickets, steps) => {
        const stage = open(tickets, 3);
        const books = new Books(tickets);
        for (const step of steps) play(stage, books, step);
        stage.nowMs += HOLD_TTL_MS + 1;
        books.expire(stage.nowMs);
        stage.one.expire();
        assert.equal(stage.one.available(0), books.free);
        const sold = books.sold.reduce((sum, { quantity }) => sum + quantity, 0);
        assert.equal(books.free + sold, tickets);
      },
    ),
    { numRuns: 500 },
  );
});

function play(
  stage: Open,
  books: Books,
  { kind, member, quantity, pick }: typeof ANY_STEP extends fc.Arbitrary<infer Step> ? Step : never,
): void {
  const seller = stage.sellers[member] as HoldReserver;
  const hold = books.holds[pick % Math.max(1, books.holds.length)];
  if (kind === 'wait') stage.nowMs += pick;
  books.expire(stage.nowMs);
  if (kind === 'expire') {
    seller.expire();
  } else if (kind === 'cancel') {
    const [back] = books.sold.splice(pick % Math.max(1, books.sold.length), 1);
    if (back) books.free += seller.cancel(0, back.serial, back.quantity, 0);
  } else if (kind === 'hold' || kind === 'reserve') {
    const answer = kind === 'hold' ? seller.hold(0, quantity, 0) : seller.reserve(0, quantity, 0);
    assert.equal(answer >= 0, books.free >= quantity, `${answer} with ${books.free} free`);
    if (answer < 0) return;
    books.free -= quantity;
    const untilMs = stage.nowMs + HOLD_TTL_MS;
    if (kind === 'hold') books.holds.push({ id: answer, quantity, untilMs, isOpen: true });
    else books.sell(answer, quantity);
  } else if (hold && kind !== 'wait') {
    const answer = seller[kind](hold.id);
    assert.equal(answer !== FAILED, hold.isOpen, `${kind}: ${answer}`);
    if (!hold.isOpen) return;
    books.end(hold);
    if (kind === 'release') return;
    books.free -= hold.quantity;
    books.sell(answer, hold.quantity);
  }
}
