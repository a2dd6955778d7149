import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seatMap } from '../../src/store/memory/seat-map.ts';
import { SOLD_OUT } from '../../src/store/strategy.ts';
import fc from '../support/fast-check.ts';
import { openAlone, openSale } from '../support/open-alone.ts';
import { describeOwn, idle, openStaged, type StagedMember } from '../support/open-staged.ts';

/** Members that begin their search apart need so many words each. */
const WORDS_APART = 16;

interface Held {
  readonly ticket: number;
  readonly quantity: number;
}

/** The first of the lowest `quantity` free seats next to each other, or -1. */
function firstFit(taken: readonly boolean[], quantity: number): number {
  for (let seat = 0; seat + quantity <= taken.length; seat++) {
    if (!taken.slice(seat, seat + quantity).includes(true)) return seat;
  }
  return -1;
}

const ANY_STEP = fc.record({
  cancels: fc.boolean(),
  quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 80 })),
  pick: fc.nat(),
});

test('seats groups at the first place where they fit, and never issues a serial twice: up to 150 seats', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.array(ANY_STEP, { maxLength: 60 }),
      (seats, steps) => {
        const reserver = openAlone(seatMap, { events: 1, tickets: seats });
        const taken = Array.from({ length: seats }, () => false);
        const issued = new Set<number>();
        const held: Held[] = [];
        for (const { cancels, quantity, pick } of steps) {
          if (cancels) {
            const [back] = held.splice(pick % Math.max(1, held.length), 1);
            if (!back) continue;
            assert.equal(reserver.cancel(0, back.ticket, back.quantity, 0), back.quantity);
            const seat = back.ticket % seats;
            taken.fill(false, seat, seat + back.quantity);
          } else {
            const seat = firstFit(taken, quantity);
            const ticket = reserver.reserve(0, quantity, 0);
            assert.equal(ticket === SOLD_OUT ? -1 : ticket % seats, seat);
            if (ticket === SOLD_OUT) continue;
            taken.fill(true, seat, seat + quantity);
            held.push({ ticket, quantity });
            for (let serial = ticket; serial < ticket + quantity; serial++) {
              assert.ok(!issued.has(serial), `serial ${serial} was issued twice`);
              issued.add(serial);
            }
          }
          assert.equal(reserver.available(0), taken.filter((each) => !each).length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('refuses a group whose seats are free but apart, and serves a single one: 4 of 8 seats', () => {
  const reserver = openAlone(seatMap, { events: 1, tickets: 8 });
  const tickets = Array.from({ length: 8 }, () => reserver.reserve(0, 1, 0));
  for (const ticket of tickets.filter((each) => each % 2 === 0)) reserver.cancel(0, ticket, 1, 0);
  assert.equal(reserver.available(0), 4);
  assert.equal(reserver.reserve(0, 2, 0), SOLD_OUT);
  assert.equal(reserver.reserve(0, 1, 0) % 8, 0);
});

/** Has `act` happen right before the member's `nth` compare-and-swap from now. */
function beforeSwap({ words }: StagedMember, nth: number, act: () => void): void {
  const swap = words.compareExchange.bind(words);
  let swaps = 0;
  words.compareExchange = (...args) => {
    if (++swaps === nth) act();
    return swap(...args);
  };
}

test('gives back what it has of a group when somebody else gets one of its seats: 40 of 64 seats', () => {
  const [mine, other] = openStaged(seatMap, { events: 1, tickets: 64 }, [idle, idle]);
  assert.ok(mine && other);
  // Seats 0 to 31 are claimed, 32 to 39 are not yet.
  beforeSwap(mine, 2, () => assert.equal(other.reserver.reserve(0, 1, 1), 32));
  assert.equal(mine.reserver.reserve(0, 40, 0), SOLD_OUT);
  assert.equal(mine.context.contention.retries, 1);
  assert.equal(other.reserver.available(0), 63);
  assert.equal(other.reserver.reserve(0, 32, 1), 0);
  assert.equal(other.reserver.reserve(0, 31, 1), 33);
  assert.equal(other.reserver.reserve(0, 1, 1), SOLD_OUT);
});

test('works anew for each attempt, and goes on to the next free seats: 2 members at one seat', () => {
  let works = 0;
  const [mine, other] = openStaged(seatMap, { events: 1, tickets: 4 }, [() => works++, idle]);
  assert.ok(mine && other);
  beforeSwap(mine, 1, () => assert.equal(other.reserver.reserve(0, 1, 1), 0));
  assert.equal(mine.reserver.reserve(0, 2, 0), 1);
  assert.deepEqual([works, mine.context.contention.retries], [2, 1]);
});

test('a word that changed elsewhere is no conflict: the seat next to it is taken meanwhile', () => {
  const [mine, other] = openStaged(seatMap, { events: 1, tickets: 4 }, [idle, idle]);
  assert.ok(mine && other);
  const first = other.reserver.reserve(0, 1, 1);
  beforeSwap(mine, 1, () => other.reserver.cancel(0, first, 1, 1));
  assert.equal(mine.reserver.reserve(0, 1, 0) % 4, 1);
  assert.equal(mine.context.contention.retries, 0);
});

test('a seat that comes back is sold in a later generation, also by who searched before it came back', () => {
  const [mine, other] = openStaged(seatMap, { events: 1, tickets: 2 }, [idle, idle]);
  assert.ok(mine && other);
  const first = other.reserver.reserve(0, 1, 1);
  let second = -1;
  // Between claim and serial: the generation is read after all that.
  const sub = mine.words.sub.bind(mine.words);
  mine.words.sub = (...args) => {
    mine.words.sub = sub;
    other.reserver.cancel(0, first, 1, 1);
    second = other.reserver.reserve(0, 1, 1);
    return sub(...args);
  };
  assert.equal(first, 0);
  assert.equal(mine.reserver.reserve(0, 1, 0), 3);
  assert.equal(second, 2);
});

test('the count never says fewer than are free, while seats are claimed and while they come back', () => {
  const [mine, other] = openStaged(seatMap, { events: 1, tickets: 4 }, [idle, idle]);
  assert.ok(mine && other);
  const ticket = mine.reserver.reserve(0, 4, 0);
  const seen: [number, number][] = [];
  // Frees the seats: the count has to say so already.
  const sub = mine.words.sub.bind(mine.words);
  mine.words.sub = (...args) => {
    seen.push([other.reserver.available(0), other.reserver.reserve(0, 1, 1)]);
    const before = sub(...args);
    seen.push([other.reserver.available(0), other.reserver.reserve(0, 1, 1)]);
    return before;
  };
  mine.reserver.cancel(0, ticket, 4, 0);
  assert.deepEqual(seen, [
    [4, SOLD_OUT],
    [4, 4],
  ]);
});

test('generations go on only with a cancel of the latest one: 3 cancels of the first', () => {
  const reserver = openAlone(seatMap, { events: 1, tickets: 4 });
  const tickets = Array.from({ length: 4 }, () => reserver.reserve(0, 1, 0));
  for (const ticket of tickets.slice(0, 3)) reserver.cancel(0, ticket, 1, 0);
  assert.deepEqual(
    [1, 2, 3].map(() => reserver.reserve(0, 1, 0)),
    [4, 5, 6],
  );
});

test('says so when no serial is left: 3 seats in the last generation', () => {
  const [member] = openStaged(seatMap, { events: 1, tickets: 3 }, [idle]);
  assert.ok(member);
  const { words, own } = member.context;
  const last = Math.floor(2 ** 31 / 3);
  words.store(own, last);
  // 2^31 = 3 * 715827882 + 2: two serials are left.
  assert.equal(member.reserver.reserve(0, 1, 0), 2 ** 31 - 2);
  assert.equal(member.reserver.reserve(0, 1, 0), 2 ** 31 - 1);
  assert.throws(
    () => member.reserver.reserve(0, 1, 0),
    /event 0 has no ticket serial left of 2\^31/,
  );
});

test('members of a long row begin apart, each in a line of its own, and sell it all: 2 members', () => {
  const tickets = 2 * WORDS_APART * 32;
  const [one, two] = openSale(seatMap, { events: 1, tickets }, { crewSize: 2 });
  assert.ok(one && two);
  assert.deepEqual([one.reserve(0, 1, 0), two.reserve(0, 1, 1)], [0, tickets / 2]);
  const sold = new Set<number>();
  while (one.available(0) > 0) sold.add(two.reserve(0, 1, 1));
  assert.equal(sold.size, tickets - 2);
  assert.ok(!sold.has(SOLD_OUT));
});

test('members of a short row begin at its front: 2 members', () => {
  const tickets = (2 * WORDS_APART - 1) * 32;
  const [one, two] = openSale(seatMap, { events: 1, tickets }, { crewSize: 2 });
  assert.deepEqual([one?.reserve(0, 1, 0), two?.reserve(0, 1, 1)], [0, 1]);
});

for (const quantity of [2, 4, 33, 34, 70]) {
  test(`finds seats on both sides of where a member begins: ${quantity} seats`, () => {
    const tickets = 2 * WORDS_APART * 32;
    const [one, two] = openSale(seatMap, { events: 1, tickets }, { crewSize: 2 });
    assert.ok(one && two);
    const serials = Array.from({ length: tickets }, () => one.reserve(0, 1, 0));
    // As far beyond the middle as a group can reach that begins before it.
    const first = tickets / 2 - 1;
    for (const serial of serials.slice(first, first + quantity)) one.cancel(0, serial, 1, 0);
    assert.equal(two.reserve(0, quantity, 1) % tickets, first);
  });
}

test('the words say which seats are taken: 35 seats', () => {
  const [member] = openStaged(seatMap, { events: 1, tickets: 35 }, [idle]);
  assert.ok(member);
  const ticket = member.reserver.reserve(0, 33, 0);
  member.reserver.cancel(0, ticket, 33, 0);
  member.reserver.reserve(0, 34, 0);
  assert.deepEqual(describeOwn(seatMap, member), [
    'event 0 generation = 1',
    `event 0 seats 0 to 31 = ${'#'.repeat(32)}`,
    'event 0 seats 32 to 34 = ##.',
  ]);
});
