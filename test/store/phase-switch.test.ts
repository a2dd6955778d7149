import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { phaseSwitch } from '../../src/store/memory/phase-switch.ts';
import { type Reserver, type SaleContext, SOLD_OUT } from '../../src/store/strategy.ts';
import fc from '../support/fast-check.ts';
import { type Rehearsal, rehearse } from '../support/rehearsal.ts';

interface Open extends Rehearsal {
  readonly sellers: readonly Reserver[];
}

function open(tickets: number, members: number): Open {
  const stage = rehearse({ events: 1, tickets, members }, phaseSwitch);
  const sellers = stage.contexts.map((context) => phaseSwitch.open(context));
  return Object.assign(stage, { sellers });
}

/** What a word is called when it is shown, with its value. */
function show({ own, words, size }: Rehearsal, name: string, member?: number): string {
  for (let offset = 0; offset < (phaseSwitch.ownWords?.(size) ?? 0); offset++) {
    const meaning = phaseSwitch.describeWord?.(offset, size);
    if (meaning?.name !== name || meaning.member !== member) continue;
    return meaning.show?.(words.load(own + offset), (who) => `seller ${who}`) ?? '';
  }
  assert.fail(`no word ${name} of member ${member}`);
}

const phaseOf = (stage: Rehearsal): string => show(stage, 'phase of event 0');
const leaseOf = (stage: Rehearsal, member: number): string =>
  show(stage, 'lease of event 0', member);

function sell(seller: Reserver | undefined, quantity: number): number {
  return (seller as Reserver).reserve(0, quantity, 0);
}

test('split, a sale leaves the shared stock alone: 20 sales from one lease of 25 of 100 tickets', () => {
  const stage = open(100, 2);
  const [seller] = stage.sellers;
  const serials = [sell(seller, 1)];
  const stock = stage.words.load(stage.inventory.remaining(0));
  assert.equal(stock, 75);
  const swap = stage.words.compareExchange.bind(stage.words);
  stage.words.compareExchange = (index, expected, replacement) => {
    assert.notEqual(index, stage.inventory.remaining(0), 'touched the shared stock');
    return swap(index, expected, replacement);
  };
  for (let sale = 1; sale < 20; sale++) serials.push(sell(seller, 1));
  assert.deepEqual(
    serials,
    Array.from({ length: 20 }, (_, serial) => serial),
  );
  assert.equal(phaseOf(stage), 'split');
  assert.equal(leaseOf(stage, 0), '5 tickets');
});

test("nobody is refused while another's lease would do: 2 sellers, 100 tickets, all sold by one", () => {
  const stage = open(100, 2);
  const [idle, busy] = stage.sellers;
  const serials = new Set([sell(idle, 1)]);
  assert.equal(leaseOf(stage, 0), '24 tickets');
  for (let sale = 1; sale < 100; sale++) serials.add(sell(busy, 1));
  assert.equal(serials.size, 100);
  assert.ok([...serials].every((serial) => serial >= 0));
  assert.equal(phaseOf(stage), 'joined');
  assert.deepEqual([leaseOf(stage, 0), leaseOf(stage, 1)], ['called back', 'called back']);
  assert.deepEqual([sell(busy, 1), sell(idle, 1)], [SOLD_OUT, SOLD_OUT]);
  assert.equal(idle?.available(0), 0);
});

test('what a seller left in its lease when it closed is sold by the others: 100 tickets', () => {
  const { sellers } = open(100, 3);
  const [first, second] = sellers;
  sell(first, 1);
  first?.close();
  let sold = 1;
  while (sell(second, 1) >= 0) sold++;
  assert.equal(sold, 100);
});

test('a seller at work does not hold up the switch: its attempt begins anew, with another serial', () => {
  const stage = open(40, 2);
  const [slow, quick] = stage.sellers;
  sell(slow, 1);
  let works = 0;
  let sold = 1;
  stage.work = (self) => {
    if (self === 1 || ++works > 1) return;
    // While the slow one works for one ticket, the quick one sells all but two.
    while (sold < 38) if (sell(quick, 1) >= 0) sold++;
    assert.equal(phaseOf(stage), 'joined');
  };
  const serial = sell(slow, 1);
  assert.equal(works, 2);
  assert.ok(serial >= 38 - 10, `serial ${serial} is of the lease that was called back`);
  assert.equal(stage.contexts[0]?.contention.retries, 1);
  assert.equal(stage.contexts[1]?.contention.waits, 0);
  assert.deepEqual([sell(quick, 1), sell(quick, 1)].map(Math.sign), [1, -1]);
});

test('a group that needs what is in all leases is granted: 57 of the 57 left, 3 leases', () => {
  const stage = open(60, 3);
  for (const seller of stage.sellers) sell(seller, 1);
  const left = stage.sellers[0]?.available(0) ?? 0;
  assert.equal(left, 57);
  assert.ok(sell(stage.sellers[1], 57) >= 0);
  assert.equal(sell(stage.sellers[2], 1), SOLD_OUT);
});

test('a group that the rest of a lease is too small for gives it back: 100 tickets, then 20', () => {
  const stage = open(100, 2);
  const [seller] = stage.sellers;
  const first = sell(seller, 10);
  assert.equal(leaseOf(stage, 0), '15 tickets');
  const second = sell(seller, 16);
  // A new lease of 18: the 15 are in the stock again, and their serials are never issued.
  assert.deepEqual([first, second], [0, 25]);
  assert.equal(seller?.available(0), 74);
});

test('a lease says that it is being filled from before tickets leave the stock until they are in it', () => {
  const stage = open(64, 2);
  const swap = stage.words.compareExchange.bind(stage.words);
  const add = stage.words.add.bind(stage.words);
  const seen: string[] = [];
  stage.words.compareExchange = (index, ...values) => {
    if (index === stage.inventory.remaining(0)) seen.push(leaseOf(stage, 0));
    return swap(index, ...values);
  };
  stage.words.add = (...args) => {
    seen.push(leaseOf(stage, 0));
    return add(...args);
  };
  sell(stage.sellers[0], 1);
  assert.deepEqual(seen, ['being filled', 'being filled']);
  assert.equal(leaseOf(stage, 0), '15 tickets');
});

test('the switch waits for a lease that is being filled, and calls it back: 16 of 64 tickets', () => {
  const stage = open(64, 2);
  const [, joining] = stage.sellers;
  const lease = leaseWord(stage, 0);
  // The first seller has taken 16 tickets and not yet put them into its lease.
  stage.words.store(lease, -1);
  stage.words.sub(stage.inventory.remaining(0), 16);
  assert.equal(leaseOf(stage, 0), 'being filled');
  stage.words.turn = () => {
    stage.words.turn = () => assert.fail('waits for a lease that is there');
    stage.words.store(lease, 16);
  };
  assert.ok(sell(joining, 64) >= 0, 'refused for want of what was on its way into a lease');
  assert.equal(leaseOf(stage, 0), 'called back');
  assert.equal(stage.contexts[1]?.contention.waits, 1);
});

function leaseWord({ own, size }: Rehearsal, member: number): number {
  for (let offset = 0; ; offset++) {
    const meaning = phaseSwitch.describeWord?.(offset, size);
    if (meaning?.member === member && meaning.name === 'lease of event 0') return own + offset;
  }
}

test('a sale that meets the switch waits for its end before it is refused: 1 ticket called back late', () => {
  const stage = open(8, 2);
  const [first, second] = stage.sellers;
  sell(second, 1);
  const phase = stage.own;
  const add = stage.words.add.bind(stage.words);
  let bought = -1;
  // Halfway through the switch, when the leases are back and the stock does not have them yet.
  stage.words.add = (index, value) => {
    if (index !== stage.inventory.remaining(0)) return add(index, value);
    stage.words.add = add;
    assert.equal(phaseOf(stage), 'seller 0 calls the leases back');
    stage.words.turn = () => {
      stage.words.turn = () => assert.fail('waits although the event is joined');
      add(index, value);
      stage.words.store(phase, -1);
    };
    bought = sell(second, 7);
    return 0;
  };
  assert.equal(sell(first, 7), SOLD_OUT);
  assert.ok(bought >= 0, 'refused while the tickets were on their way back');
  assert.equal(stage.contexts[1]?.contention.waits, 1);
});

for (const [who, victim] of [
  ['whoever calls the leases back', 'phase of event 0'],
  ['a seller that fills its lease', 'lease of event 0'],
] as const) {
  test(`who waits for ${who} hears of its death`, () => {
    const stage = open(64, 3);
    const [, waiting] = stage.sellers;
    stage.crew.markDead(2);
    const [word, value] = victim.startsWith('phase') ? [stage.own, 1] : [leaseWord(stage, 0), -1];
    stage.words.store(word, value);
    let turns = 0;
    // A dead third member is nothing to the wait; the death of the first is its end.
    stage.words.turn = () => {
      if (++turns === 300) stage.crew.markDead(0);
      assert.ok(turns <= 300, 'goes on waiting');
    };
    assert.throws(() => sell(waiting, 64), new AbandonedLockError(`the ${victim}`, 0, true));
  });
}

test('events are joined one by one: the second of 2 stays split', () => {
  const stage = rehearse({ events: 2, tickets: 20, members: 1 }, phaseSwitch);
  const seller = phaseSwitch.open(stage.contexts[0] as SaleContext);
  assert.ok(seller.reserve(0, 20, 0) >= 0);
  assert.ok(seller.reserve(1, 1, 0) >= 0);
  assert.equal(show(stage, 'phase of event 0'), 'joined');
  assert.equal(show(stage, 'phase of event 1'), 'split');
});

test('any sales and returns of 3 sellers sell out exactly, and no serial comes twice', () => {
  const step = fc.record({
    member: fc.nat({ max: 2 }),
    quantity: fc.integer({ min: 1, max: 5 }),
    back: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.nat({ max: 80 }), fc.array(step, { maxLength: 80 }), (tickets, steps) => {
      const { sellers } = open(tickets, 3);
      const seen = new Set<number>();
      const held: (readonly [serial: number, quantity: number])[] = [];
      let free = tickets;
      for (const { member, quantity, back } of steps) {
        const seller = sellers[member] as Reserver;
        const returned = back ? held.pop() : undefined;
        if (returned) {
          free += seller.cancel(0, ...returned, 0);
          continue;
        }
        const serial = seller.reserve(0, quantity, 0);
        assert.equal(serial >= 0, free >= quantity, `${serial} with ${free} free`);
        if (serial < 0) continue;
        free -= quantity;
        held.push([serial, quantity]);
        for (let each = serial; each < serial + quantity; each++) {
          assert.ok(!seen.has(each), `serial ${each} came twice`);
          seen.add(each);
        }
      }
      for (const seller of sellers) assert.equal(seller.available(0), free);
    }),
  );
});
