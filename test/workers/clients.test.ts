import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crew } from '../../src/store/crew.ts';
import { Layout } from '../../src/store/layout.ts';
import { AbandonedLockError } from '../../src/store/locks/abandoned.ts';
import { allocateWords } from '../../src/store/words.ts';
import { Clients } from '../../src/workers/clients.ts';
import { StagedWords } from '../support/staged-words.ts';

/** The clients' table as two threads see it; thread 0 never really sleeps. */
function openClients() {
  const layout = new Layout();
  const at = { crew: Crew.reserve(layout, 3), clients: Clients.reserve(layout, 4) };
  const words = new StagedWords(allocateWords(layout.words).buffer);
  const crew = new Crew(words, at.crew, 3);
  return {
    words,
    crew,
    mine: new Clients(words, at.clients, crew, 0),
    other: new Clients(words, at.clients, crew, 1),
  };
}

test('clients are busy one by one: entering another one waits for nothing', () => {
  const { mine, other } = openClients();
  other.enter(0);
  other.enter(2);
  mine.enter(1);
  mine.enter(3);
});

test('who enters a busy client waits until it is left: 500 turns', () => {
  const { words, mine, other } = openClients();
  other.enter(2);
  let turns = 0;
  words.turn = () => {
    if (++turns === 500) other.leave(2);
  };
  mine.enter(2);
  assert.equal(turns, 500);
});

test('who waits for a client hears when the thread that serves it died', () => {
  const { words, crew, mine, other } = openClients();
  other.enter(2);
  let turns = 0;
  words.turn = () => {
    if (++turns === 500) crew.markDead(1);
    if (turns > 5000) throw new Error('still waiting');
  };
  assert.throws(() => mine.enter(2), new AbandonedLockError('the request of client 2', 1, true));
});

test('the death of a thread that serves somebody else is no reason to give up', () => {
  const { words, crew, mine, other } = openClients();
  other.enter(2);
  crew.markDead(2);
  let turns = 0;
  words.turn = () => {
    if (++turns === 500) other.leave(2);
  };
  mine.enter(2);
  assert.equal(turns, 500);
});

test('a client holds nothing at first, then what it was given, then nothing again', () => {
  const { mine, other } = openClients();
  const held = { worker: 7, grant: 7 };
  assert.equal(mine.held(1, held), false);
  mine.hold(1, { worker: 0, grant: 5 });
  assert.equal(other.held(1, held), true);
  assert.deepEqual(held, { worker: 0, grant: 5 });
  assert.equal(mine.held(2, held), false);
  other.hold(1, { worker: -1, grant: -1 });
  assert.equal(mine.held(1, held), false);
});

for (const timeNs of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 2 ** 31, 86_400e9]) {
  test(`a client is ready at the time that was set: ${timeNs} ns`, () => {
    const { mine, other } = openClients();
    mine.setReadyNs(3, timeNs);
    assert.equal(other.readyNs(3), timeNs);
    assert.equal(other.readyNs(2), 0);
  });
}
