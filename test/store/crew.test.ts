import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crew } from '../../src/store/crew.ts';
import { Layout } from '../../src/store/layout.ts';
import { allocateWords } from '../../src/store/words.ts';

function openCrew(size: number): Crew {
  const layout = new Layout();
  const first = Crew.reserve(layout, size);
  return new Crew(allocateWords(layout.words), first, size);
}

test('all are alive at first, and the first of the dead is named: 2 of 4 die', () => {
  const crew = openCrew(4);
  assert.equal(crew.firstDead(), -1);
  crew.markDead(3);
  crew.markDead(2);
  assert.deepEqual(
    [0, 1, 2, 3].map((member) => crew.isDead(member)),
    [false, false, true, true],
  );
  assert.equal(crew.firstDead(), 2);
});

test('who is replaced is alive again', () => {
  const crew = openCrew(1);
  crew.markDead(0);
  crew.markAlive(0);
  assert.equal(crew.isDead(0), false);
});

test('passes count each member for itself, dead or alive', () => {
  const crew = openCrew(2);
  crew.pass(1);
  crew.markDead(1);
  crew.pass(1);
  assert.deepEqual([crew.passes(0), crew.passes(1)], [0, 2]);
  assert.equal(crew.isDead(1), true);
});
