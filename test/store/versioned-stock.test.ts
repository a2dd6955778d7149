// Versions of a stock in files: each is written once, by whoever read the one before.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  readVersions,
  stockVersions,
  VersionedStock,
} from '../../src/store/file/versioned-stock.ts';
import type { StorePlace } from '../../src/store/stored.ts';
import { withFolder } from '../support/folder.ts';

const SIZE = { events: 1, tickets: 100 };

function placeIn(folder: string): StorePlace {
  return { name: 'versions', servers: {}, folder };
}

/** Sells a ticket each, in versions that follow on one another. */
function sell(stock: VersionedStock, tickets: number): void {
  for (let sold = 0; sold < tickets; sold++) {
    const { number, stock: read } = stock.read();
    const next = { ...read, remaining: read.remaining - 1 };
    assert.equal(stock.write({ number: number + 1, stock: next }), 'done');
  }
}

for (const meanwhile of [1, 2, 7, 8, 9, 10, 30]) {
  test(`whoever slept while ${meanwhile} versions were written writes none`, () =>
    withFolder((folder) => {
      const place = placeIn(folder);
      stockVersions(place, SIZE);
      const sleeper = new VersionedStock(place, 0, 0);
      const slept = sleeper.read();
      sell(new VersionedStock(place, 0, 1), meanwhile);
      const stale = { number: slept.number + 1, stock: { ...slept.stock, remaining: 55 } };
      assert.equal(sleeper.write(stale), 'overtaken');
      assert.deepEqual(readVersions(place, SIZE).remaining, [100 - meanwhile]);
      sell(sleeper, 1);
      assert.deepEqual(readVersions(place, SIZE).remaining, [99 - meanwhile]);
    }));
}

test('of a hundred versions, the latest few stay', () =>
  withFolder((folder) => {
    const place = placeIn(folder);
    stockVersions(place, SIZE);
    sell(new VersionedStock(place, 0, 0), 99);
    assert.equal(readdirSync(folder).length, 8);
  }));
