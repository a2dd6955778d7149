import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEventsFile } from '../../src/service/events-file/read-events-file.ts';
import { sampleEvents } from '../../src/service/sample-events.ts';
import fc from '../support/fast-check.ts';

const TERMS = { count: 50, seed: '42', year: 2027, maxTickets: 100_000 };

test('made-up events are such as a file may have, no two of one name: 0 to 100 events', () => {
  const drawn = fc.record({
    count: fc.nat({ max: 100 }),
    seed: fc.string(),
    year: fc.integer({ min: 2000, max: 2100 }),
    maxTickets: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1e6 })),
  });
  fc.assert(
    fc.property(drawn, (terms) => {
      const events = sampleEvents(terms);
      const { maxTickets } = terms;
      const text = Buffer.from(JSON.stringify(events));
      const file = parseEventsFile(text, { maxEvents: 100, maxTickets });
      assert.deepEqual(file.faults, undefined);
      assert.deepEqual(file.faults ? [] : file.events, events);
      assert.equal(new Set(events.map(({ name }) => name)).size, terms.count);
      for (const { date } of events) assert.ok(date.startsWith(`${terms.year}-`), date);
    }),
  );
});

test('the same seed makes up the same events, another one others: 50 events', () => {
  assert.deepEqual(sampleEvents(TERMS), sampleEvents(TERMS));
  assert.notDeepEqual(sampleEvents({ ...TERMS, seed: '43' }), sampleEvents(TERMS));
});

test('prices, dates and capacities differ, some events are free, most are small: 1,000 events', () => {
  const events = sampleEvents({ ...TERMS, count: 1000 });
  const free = events.filter(({ priceCents }) => priceCents === 0).length;
  assert.ok(free > 50 && free < 200, `${free} are free`);
  const small = events.filter(({ capacity }) => capacity < 650).length;
  assert.ok(small > 400 && small < 600, `${small} are small`);
  assert.ok(new Set(events.map(({ date }) => date)).size > 300);
  assert.ok(new Set(events.map(({ priceCents }) => priceCents)).size > 300);
});
