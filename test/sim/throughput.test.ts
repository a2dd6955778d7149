import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveScenario } from '../../src/index.ts';
import type { Throughput } from '../../src/sim/result.ts';
import { measureThroughput } from '../../src/sim/throughput.ts';
import { Books } from '../support/books.ts';

/** What a sale of two events of two tickets comes to, 100 ns long. */
function throughputOf(record: (books: Books) => void): Throughput {
  const books = new Books({ events: 2, ticketsPerEvent: 2 });
  record(books);
  const { sales, groups } = books.audit();
  const scenario = resolveScenario({ fields: { events: '2', tickets: '2', requests: '10' } });
  return measureThroughput({ scenario, completed: 10, elapsedNs: 100, sales, groups });
}

function sell(books: Books, event: number, tickets: readonly (readonly [number, number])[]): void {
  for (const [ticket, endNs] of tickets) books.grant({ event, ticket, startNs: endNs - 1, endNs });
}

test('a sale is sold out when its last event is: 2 events', () => {
  const { timeToSellOutMs, grantedPerSecond } = throughputOf((books) => {
    sell(books, 0, [
      [0, 1000],
      [1, 2000],
    ]);
    sell(books, 1, [
      [0, 3000],
      [1, 4000],
    ]);
  });
  assert.equal(timeToSellOutMs, 0.004);
  assert.equal(grantedPerSecond, 1e6);
});

test('what one event sold too many is not what another has left: never sold out', () => {
  const { timeToSellOutMs, grantedPerSecond } = throughputOf((books) => {
    sell(books, 0, [
      [0, 10],
      [1, 20],
      [2, 30],
      [3, 40],
    ]);
  });
  assert.equal(timeToSellOutMs, null);
  // Two of the four existed, in 100 ns.
  assert.equal(grantedPerSecond, 2e7);
});

test('a ticket that came back has to be sold again before an event is sold out', () => {
  const { timeToSellOutMs } = throughputOf((books) => {
    sell(books, 0, [
      [0, 1000],
      [1, 2000],
    ]);
    const returned = books.grant({ event: 1, ticket: 0, startNs: 10, endNs: 20 });
    books.giveBack(returned, [30, 40]);
    sell(books, 1, [
      [1, 3000],
      [2, 9000],
    ]);
  });
  assert.equal(timeToSellOutMs, 0.009);
});

test('rates below a thousand a second keep their decimals', () => {
  const scenario = resolveScenario({ fields: { rate: '0.5', requests: '2' } });
  const { sales, groups } = new Books({ ticketsPerEvent: 1 }).audit();
  const { offeredPerSecond, completedPerSecond } = measureThroughput({
    scenario,
    completed: 2,
    elapsedNs: 3e9,
    sales,
    groups,
  });
  assert.deepEqual([offeredPerSecond, completedPerSecond], [0.5, 0.667]);
});
