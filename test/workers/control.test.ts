import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { Layout } from '../../src/store/layout.ts';
import { allocateWords } from '../../src/store/words.ts';
import { Control } from '../../src/workers/control.ts';
import { StagedWords } from '../support/staged-words.ts';

function openControl() {
  const layout = new Layout();
  const first = Control.reserve(layout);
  const words = new StagedWords(allocateWords(layout.words).buffer);
  return { words, mine: new Control(words, first), other: new Control(words, first) };
}

function at(timeNs: number): Clock {
  return { now: () => timeNs };
}

test('the last to arrive opens the sale, at its own time: 3 threads', () => {
  const { mine, other } = openControl();
  mine.arrive(3, at(100));
  other.arrive(3, at(200));
  assert.equal(mine.openingNs(), -1);
  other.arrive(3, at(300));
  assert.equal(mine.openingNs(), 300);
  assert.equal(mine.awaitOpening(), 300);
});

test('who came first waits for the last: 2 threads', () => {
  const { words, mine, other } = openControl();
  mine.arrive(2, at(100));
  words.turn = () => other.arrive(2, at(250));
  assert.equal(mine.awaitOpening(), 250);
});

for (const timeNs of [0, 2 ** 31, 2 ** 32 - 1, 2 ** 32 + 2 ** 31 + 5, 86_400e9]) {
  test(`the opening is the same time to all: ${timeNs} ns`, () => {
    const { mine, other } = openControl();
    mine.arrive(1, at(timeNs));
    assert.equal(other.awaitOpening(), timeNs);
  });
}

test('a stop before the opening sends everybody home, also who waits already', () => {
  const { words, mine, other } = openControl();
  mine.arrive(2, at(100));
  assert.equal(mine.stopped, false);
  words.turn = () => other.stop();
  assert.equal(mine.awaitOpening(), -1);
  assert.equal(mine.stopped, true);
  // Too late to open.
  other.arrive(2, at(200));
  assert.equal(other.awaitOpening(), -1);
});

test('nobody sleeps after a stop', () => {
  const { mine, other } = openControl();
  other.stop();
  // A wait for anything would throw here.
  mine.sleep(60_000);
});
