import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../src/store/layout.ts';
import { Tally } from '../../src/store/tally.ts';
import { allocateWords } from '../../src/store/words.ts';

test('a tally adds up what is granted and returned, each event for itself', () => {
  const layout = new Layout();
  const first = Tally.reserve(layout, 3);
  const tally = new Tally(allocateWords(layout.words), first, 3);
  tally.add(0, 4);
  tally.add(2, 7);
  tally.add(0, -1);
  assert.deepEqual(
    [0, 1, 2].map((event) => tally.held(event)),
    [3, 0, 7],
  );
});
