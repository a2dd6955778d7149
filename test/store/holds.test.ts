import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOLDS_PER_MEMBER, HoldTable, PHASE } from '../../src/store/holds.ts';
import type { SaleContext } from '../../src/store/strategy.ts';
import { type Rehearsal, rehearse } from '../support/rehearsal.ts';

const TTL_MS = 100;

interface Tables extends Rehearsal {
  readonly tables: readonly HoldTable[];
}

function open(members: number, tickets = 1000): Tables {
  const size = { events: 2, tickets, members };
  const stage = rehearse(size, { ownWords: () => HoldTable.words(members) });
  const tables = stage.contexts.map((context) => new HoldTable(context, stage.own, TTL_MS));
  return Object.assign(stage, { tables });
}

/** One table, and a hold in it of 3 tickets of event 1, opened at 0 ms. */
function openHeld() {
  const stage = open(2);
  const table = stage.tables[0] as HoldTable;
  const slot = table.freeSlot();
  return { ...stage, table, slot, state: table.open(slot, 1, 3, 0) };
}

/** Whether a hold in one of the first member's slots is open. */
function isOpen({ words, own }: Rehearsal, slot: number, state: number): boolean {
  return words.load(own + wordNamed(`hold ${slot} state`, 0)) === state;
}

/** How many words are read while `act` runs. */
function readsOf({ words }: Rehearsal, act: () => void): number {
  const load = words.load.bind(words);
  let reads = 0;
  words.load = (index) => {
    reads++;
    return load(index);
  };
  act();
  words.load = load;
  return reads;
}

test('a hold ends once, whatever ends it first: 9 pairs of ends', () => {
  const phases = [PHASE.confirmed, PHASE.released, PHASE.expired];
  for (const first of phases) {
    for (const second of phases) {
      const stage = openHeld();
      const { table, slot, state } = stage;
      assert.equal(isOpen(stage, slot, state), true);
      assert.equal(table.end(slot, state, first), true);
      assert.equal(table.end(slot, state, second), false);
      assert.equal(isOpen(stage, slot, state), false);
    }
  }
});

test('a hold knows its tickets, and its end gives them back: 3 tickets of event 1', () => {
  const { table, slot, state, words, inventory } = openHeld();
  assert.deepEqual([table.eventOf(slot), table.quantityOf(slot)], [1, 3]);
  assert.equal(table.giveBack(slot, state, PHASE.released), 3);
  assert.equal(table.giveBack(slot, state, PHASE.released), 0);
  assert.equal(words.load(inventory.remaining(1)), 1003);
});

test('a hold is open through its last millisecond: 100 ms', () => {
  const { table, slot } = openHeld();
  assert.deepEqual(
    [table.isOverdue(slot, TTL_MS), table.isOverdue(slot, TTL_MS + 1)],
    [false, true],
  );
  assert.equal(table.sweep(TTL_MS), 0);
  assert.equal(table.sweep(TTL_MS + 1), 1);
});

test('a slot that is used again answers to its new number only: 1000 holds in one slot', () => {
  const stage = openHeld();
  const { table, slot, state } = stage;
  const numbers = [table.idOf(slot, state)];
  let current = state;
  for (let hold = 1; hold < 1000; hold++) {
    assert.ok(table.end(slot, current, PHASE.confirmed));
    assert.equal(table.freeSlot(), slot);
    current = table.open(slot, 0, 1, 0);
    numbers.push(table.idOf(slot, current));
  }
  assert.equal(new Set(numbers).size, 1000);
  for (const [index, number] of numbers.entries()) {
    assert.equal(table.slotOf(number), slot);
    assert.equal(isOpen(stage, slot, table.stateOf(number)), index === 999);
  }
});

test('versions wrap after 2^30 holds of a slot, and numbers stay whole and safe', () => {
  const stage = open(256);
  const table = stage.tables[255] as HoldTable;
  const slot = table.freeSlot();
  const first = table.open(slot, 0, 1, 0);
  const stateAt = wordNamed('hold 0 state', 255);
  stage.words.store(stage.own + stateAt, (-1 & ~3) | PHASE.released);
  assert.equal(table.freeSlot(), slot);
  const wrapped = table.open(slot, 0, 1, 0);
  assert.equal(wrapped >>> 2, 0);
  assert.equal(table.stateOf(table.idOf(slot, wrapped)), wrapped);
  const last = (-1 & ~3) | PHASE.held;
  assert.ok(Number.isSafeInteger(table.idOf(slot, last)));
  assert.equal(table.stateOf(table.idOf(slot, last)), last);
  assert.notEqual(table.idOf(slot, first), table.idOf(slot, wrapped));
});

function wordNamed(name: string, member: number): number {
  for (let offset = 0; ; offset++) {
    const meaning = HoldTable.describe(offset);
    if (meaning.name === name && meaning.member === member) return offset;
  }
}

test('what is no number of a hold names no slot', () => {
  const { table } = openHeld();
  const slots = 2 * HOLDS_PER_MEMBER;
  for (const id of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 30 * slots]) {
    assert.equal(table.slotOf(id), -1, String(id));
  }
  assert.equal(table.slotOf('7' as unknown as number), -1);
});

test(`a member has ${HOLDS_PER_MEMBER} slots, and takes none of another`, () => {
  const { tables } = open(2);
  const [mine, other] = tables as [HoldTable, HoldTable];
  const slots = Array.from({ length: HOLDS_PER_MEMBER }, () => {
    const slot = mine.freeSlot();
    mine.open(slot, 0, 1, 0);
    return slot;
  });
  assert.equal(new Set(slots).size, HOLDS_PER_MEMBER);
  assert.equal(mine.freeSlot(), -1);
  assert.ok(!slots.includes(other.freeSlot()));
});

test('a sweep by anybody finds what is overdue, wherever it is: 3 of 5 holds, 2 members', () => {
  const { tables, words, inventory } = open(3);
  for (const [member, openedMs] of [
    [0, 0],
    [0, 50],
    [1, 10],
    [1, 80],
    [1, 20],
  ] as const) {
    const table = tables[member] as HoldTable;
    words.sub(inventory.remaining(0), 2);
    table.open(table.freeSlot(), 0, 2, openedMs);
  }
  const sweeper = tables[2] as HoldTable;
  assert.equal(sweeper.sweep(TTL_MS + 21), 3);
  assert.equal(words.load(inventory.remaining(0)), 1000 - 4);
  assert.equal(sweeper.mayBeOverdue(TTL_MS + 50), false);
  assert.equal(sweeper.mayBeOverdue(TTL_MS + 51), true);
  assert.equal(sweeper.sweep(TTL_MS + 200), 2);
  assert.equal(words.load(inventory.remaining(0)), 1000);
});

test('a hold opened behind the back of a sweep is found by the next in time', () => {
  const stage = open(2);
  const [holder, sweeper] = stage.tables as [HoldTable, HoldTable];
  // Its thread knew the time, lost its processor for 60 ms, and opens the hold when the sweep has
  // just passed all slots.
  const load = stage.words.load.bind(stage.words);
  const lastRead = stage.own + wordNamed('slots used', 1);
  stage.words.load = (index) => {
    if (index === lastRead) {
      stage.words.load = load;
      holder.open(holder.freeSlot(), 0, 1, 0);
    }
    return load(index);
  };
  assert.equal(sweeper.sweep(60), 0);
  assert.equal(sweeper.mayBeOverdue(TTL_MS), false);
  assert.equal(sweeper.mayBeOverdue(TTL_MS + 1), true);
});

test('a sweep that meets the next hold of a slot leaves it alone', () => {
  const stage = openHeld();
  const { table, slot, state, tables, words } = stage;
  const load = words.load.bind(words);
  // Between the sweep's look at the state and at the deadline, the owner ends the hold and opens
  // another one in its place.
  words.load = (index) => {
    const seen = load(index);
    if (seen !== state) return seen;
    words.load = load;
    assert.ok(table.end(slot, state, PHASE.confirmed));
    table.open(table.freeSlot(), 0, 1, 90);
    return seen;
  };
  assert.equal(tables[1]?.sweep(1000), 0);
  assert.equal(isOpen(stage, slot, state + 4), true);
});

test('a sweep looks at slots that were used, not at all: 1 of 64, 2 members', () => {
  const stage = openHeld();
  const reads = readsOf(stage, () => stage.tables[1]?.sweep(0));
  assert.ok(reads < 10, `${reads} reads`);
});

test('a table that is opened again for the same member keeps the holds that are there', () => {
  const stage = open(1);
  const [first] = stage.tables as [HoldTable];
  for (let hold = 0; hold < 3; hold++) first.open(first.freeSlot(), 0, 1, 0);
  const second = new HoldTable(stage.contexts[0] as SaleContext, stage.own, TTL_MS);
  first.end(0, first.stateOf(first.idOf(0, 5)), PHASE.released);
  second.open(second.freeSlot(), 0, 1, 0);
  assert.equal(second.sweep(TTL_MS + 1), 3);
});

test('deadlines are right across a wrap of 32 bits: 2^31 - 50 ms after the opening', () => {
  const { tables } = open(1);
  const [table] = tables as [HoldTable];
  const nowMs = 2 ** 31 - 50;
  table.sweep(nowMs);
  const slot = table.freeSlot();
  table.open(slot, 0, 1, nowMs);
  assert.equal(table.isOverdue(slot, nowMs + TTL_MS), false);
  assert.equal(table.mayBeOverdue(nowMs + TTL_MS), false);
  assert.equal(table.sweep(nowMs + TTL_MS), 0);
  assert.equal(table.isOverdue(slot, nowMs + TTL_MS + 1), true);
  assert.equal(table.sweep(nowMs + TTL_MS + 1), 1);
});

test('words are named, and those that each member has are named alike', () => {
  const meanings = Array.from({ length: HoldTable.words(2) }, (_, at) => HoldTable.describe(at));
  const of = (member: number) =>
    meanings.filter((each) => each.member === member).map(({ name }) => name);
  assert.deepEqual(of(0), of(1));
  assert.ok(of(0).includes('hold 63 deadline'));
  const state = meanings.find(({ name }) => name === 'hold 0 state');
  assert.equal(state?.show?.((7 << 2) | PHASE.expired, String), 'version 7, expired');
});
