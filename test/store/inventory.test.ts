import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Inventory, MAX_TICKETS_PER_EVENT } from '../../src/store/inventory.ts';
import { Layout } from '../../src/store/layout.ts';
import { allocateWords } from '../../src/store/words.ts';

function openInventory(events: number) {
  const layout = new Layout();
  const first = Inventory.reserve(layout, events);
  const words = allocateWords(layout.words);
  return { words, inventory: new Inventory(words, first, events) };
}

test('stocking fills every event and starts its serials anew: 3 events, 50 tickets', () => {
  const { words, inventory } = openInventory(3);
  inventory.issue(1, 9);
  inventory.stock(50);
  for (let event = 0; event < 3; event++) {
    assert.equal(words.load(inventory.remaining(event)), 50);
    assert.equal(inventory.issue(event, 1), 0);
  }
});

test('serials go on where the last grant ended, with and without a lock, each event for itself', () => {
  const { inventory } = openInventory(2);
  assert.equal(inventory.issue(0, 3), 0);
  assert.equal(inventory.issueLocked(0, 2), 3);
  assert.equal(inventory.issue(0, 1), 5);
  assert.equal(inventory.issue(1, 1), 0);
});

test('events lie in lines of their own: 4 events', () => {
  const { inventory } = openInventory(4);
  const lines = [0, 1, 2, 3].map((event) => Math.floor(inventory.remaining(event) / 16));
  assert.equal(new Set(lines).size, 4);
});

test('more tickets than a word can add up safely are refused', () => {
  const { inventory } = openInventory(1);
  assert.throws(() => inventory.stock(MAX_TICKETS_PER_EVENT + 1), /1073741825 tickets/);
});

test('an inventory off the line is refused', () => {
  assert.throws(() => new Inventory(allocateWords(64), 8, 1), /word 8 does not begin a line/);
});
