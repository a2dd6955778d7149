import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Booth, type PlainReserver } from '../support/booth.ts';

function callsOf(booth: Booth): readonly string[] {
  return (booth.reserver as PlainReserver).calls;
}

test('each round sells its own event, and asks for more than there is: 4 tickets, 2 threads', () => {
  const booth = new Booth({ tickets: 4, threads: 2, cancels: false });
  const tookNs = booth.serveRounds();
  const events = [0, 0, 0, 1, 1, 1];
  assert.deepEqual(
    callsOf(booth),
    events.map((event) => `reserve 1 of ${event} for 0`),
  );
  assert.deepEqual(tookNs, [30, 30]);
});

test('5 tickets for 2 threads: each asks 4 times', () => {
  const booth = new Booth({ tickets: 5, threads: 2, cancels: false });
  booth.serveRounds({ rounds: 1 });
  assert.equal(callsOf(booth).length, 4);
});

test('with cancels, each ticket goes back once before all are bought: 1 ticket, 1 thread', () => {
  const booth = new Booth({ tickets: 1, threads: 1, cancels: true });
  booth.serveRounds({ rounds: 1 });
  assert.deepEqual(callsOf(booth), [
    'reserve 1 of 0 for 0',
    'cancel 1 from 0 of 0 for 0',
    'reserve 1 of 0 for 0',
    'cancel 1 from 1 of 0 for 0',
    'reserve 1 of 0 for 0',
    'reserve 1 of 0 for 0',
  ]);
  const [ledger] = booth.ledgers;
  assert.deepEqual([ledger?.grants, ledger?.cancellations], [3, 2]);
});

test('the others are met before each round, and a stop ends it: after 1 of 2', () => {
  const booth = new Booth({ tickets: 1, threads: 1, cancels: false });
  let met = 0;
  const tookNs = booth.serveRounds({}, { meet: () => ++met < 2 });
  assert.equal(met, 2);
  assert.deepEqual(tookNs, [20, 0], 'a round that was not sold took no time');
});

test('a delay comes after the release, and is no part of the round: 2 delays over and over', () => {
  const booth = new Booth({ tickets: 1, threads: 1, cancels: false });
  const { clock } = booth;
  const metNs: number[] = [];
  // Whoever looks at this clock moves it on.
  const now = clock.now.bind(clock);
  clock.now = () => {
    clock.nowNs++;
    return now();
  };
  const meet = (): boolean => {
    metNs.push(clock.nowNs);
    return true;
  };
  booth.serveRounds({ rounds: 2 }, { meet, delaysNs: Uint32Array.of(0, 500) });
  const firstNs = (metNs[1] as number) - (metNs[0] as number);
  const secondNs = clock.nowNs - (metNs[1] as number);
  assert.ok(firstNs < 100 && secondNs > 500, `${firstNs} and ${secondNs} ns`);
});
