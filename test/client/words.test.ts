import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alignColumns, cutToWidth, widthOf } from '../../src/base/terminal-text.ts';
import { burstText } from '../../src/client/burst.ts';
import { problemIn, ServiceProblem, Unreachable } from '../../src/client/problem.ts';
import { eventLines, eventTable, reservationTable } from '../../src/client/tables.ts';
import { NoAnswer } from '../../src/client/transport.ts';
import { failureWords, reservedWords, settledWords } from '../../src/client/words.ts';
import fc from '../support/fast-check.ts';

const RESERVATION = {
  id: '01a20178-2d34-7499-a86e-03c9bbe22ce3',
  eventId: '01a20178-305d-7cfa-9fbb-d8e032bb82ea',
  quantity: 2,
  tickets: ['0-a-7', '0-a-8'],
  state: 'confirmed',
  priceCents: 100,
  expiresAt: null,
} as const;

const EVENT = {
  id: '01a20178-2d34-7499-a86e-03c9bbe22ce3',
  name: 'Jazz night',
  date: '2027-05-01',
  priceCents: 4250,
  capacity: 1500,
  available: 1,
  version: 1,
};

function refused(code: string, more: object = {}): ServiceProblem {
  return new ServiceProblem(409, {
    type: `urn:onsale:problem:${code}`,
    detail: 'as it is',
    ...more,
  });
}

describe('an outcome in words', () => {
  const CASES: readonly (readonly [words: string, expected: string])[] = [
    [reservedWords(RESERVATION, 'Jazz night'), 'You have 2 tickets of Jazz night: 0-a-7, 0-a-8'],
    [
      reservedWords(
        { ...RESERVATION, state: 'held', expiresAt: '2027-01-02T03:04:05.678Z' },
        'Jazz',
      ),
      '2 tickets of Jazz are held for you until 03:04:05 UTC: confirm to buy',
    ],
    [settledWords('cancel', RESERVATION, 'Jazz'), 'You have cancelled 2 tickets of Jazz'],
    [
      settledWords('confirm', { ...RESERVATION, quantity: 1 }, 'Jazz'),
      'You have bought 1 ticket of Jazz',
    ],
    [settledWords('release', RESERVATION, 'Jazz'), 'You have given back 2 tickets of Jazz'],
    [failureWords(refused('sold-out', { available: 1 })), 'Only 1 is left'],
    [failureWords(refused('sold-out', { available: 1200 })), 'Only 1,200 are left'],
    [failureWords(refused('sold-out', { available: 0 })), 'Sold out: no tickets are left'],
    [failureWords(refused('forbidden')), 'Not allowed: as it is'],
    [failureWords(refused('not-logged-in')), 'This needs somebody who is logged in'],
    [
      failureWords(refused('not-logged-in', { error: 'invalid_token' })),
      'Your log-in has ended: log in again',
    ],
    [failureWords(refused('not-held')), 'as it is'],
    [failureWords(problemIn(502, '<html>')), 'it answered 502'],
    [failureWords(problemIn(500, '{"type":7,"detail":[]}')), 'it answered 500'],
    [
      failureWords(new Unreachable('http://x cannot be reached', false)),
      'http://x cannot be reached',
    ],
  ];
  for (const [words, expected] of CASES) test(expected, () => assert.equal(words, expected));
});

test('many tickets are not all named: 10 of them', () => {
  const tickets = Array.from({ length: 10 }, (_, at) => `t-${at}`);
  const words = reservedWords({ ...RESERVATION, quantity: 10, tickets }, 'Jazz');
  assert.equal(words, 'You have 10 tickets of Jazz: t-0, t-1, t-2, t-3 and 6 more');
});

test('nothing that a service sends can paint the terminal, wherever it stands', () => {
  const evil = '\u001b[2J\u009b31m\r\n\u202eevil\u0007';
  const event = { ...EVENT, name: evil, date: evil, id: evil };
  const reservation = { ...RESERVATION, id: evil, eventId: evil, tickets: [evil] };
  const texts = [
    eventTable([event], 80),
    reservationTable([reservation], () => evil, 80),
    reservedWords(reservation, evil),
    settledWords('cancel', reservation, evil),
    failureWords(refused('not-held', { detail: evil })),
    failureWords(refused('forbidden', { detail: evil })),
    failureWords(new NoAnswer(evil, true)),
  ];
  for (const text of texts) {
    assert.match(text, /evil/);
    // Our own lines end; theirs do not.
    assert.doesNotMatch(text.replace(/\n/g, ''), /[\p{Cc}\p{Cf}]/u);
    assert.ok(text.split('\n').length <= 3, text);
  }
});

test('a list of events fits the terminal, whatever their names: 40 to 120 columns', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 50, max: 120 }),
      (names, width) => {
        const events = names.map((each, at) => ({ ...EVENT, name: each, id: `${at}-${EVENT.id}` }));
        const { heading, rows } = eventLines(events, width);
        assert.equal(rows.length, names.length);
        for (const line of [heading, ...rows]) assert.ok(widthOf(line) <= width, line);
      },
    ),
  );
});

test('wide characters take two columns, and are not cut in two', () => {
  assert.equal(widthOf('日本'), 4);
  assert.equal(cutToWidth('日本日本', 6), '日...');
  assert.equal(cutToWidth('日本', 4), '日本');
  assert.equal(cutToWidth('abc', 2), '..');
  assert.deepEqual(
    alignColumns(
      [
        ['日', '1'],
        ['abc', '22'],
      ],
      ['left', 'right'],
    ),
    ['日    1', 'abc  22'],
  );
});

test('ids are shown as far as it takes to tell them apart', () => {
  const ids = ['01a20178-2d34-7499-a86e-03c9bbe22ce3', '01a20178-2d34-7499-a86e-13c9bbe22ce3'];
  const table = eventTable(
    ids.map((id) => ({ ...EVENT, id })),
    100,
  );
  assert.match(table, /01a20178-2d34-7499-a86e-0\n/);
  assert.match(table, /01a20178-2d34-7499-a86e-1\n/);
});

test('a burst says what was granted, refused and failed, why, and how long it took', () => {
  const responseTimeNs = {
    count: 3,
    mean: 1e6,
    p50: 1e6,
    p90: 2e6,
    p99: 3e6,
    p999: 4e6,
    max: 5.5e6,
  };
  const text = burstText({
    event: EVENT,
    requests: 1003,
    connections: 10,
    granted: 1000,
    refused: 2,
    failed: 1,
    reasons: { 'sold-out': 2, 'the connection was lost': 1 },
    duplicateTickets: 1,
    availableBefore: 1000,
    availableAfter: 0,
    durationMs: 500,
    requestsPerSecond: 2006,
    responseTimeNs,
  });
  assert.match(text, /^granted +1,000$/m);
  assert.match(text, /^because +2 sold-out, 1 the connection was lost$/m);
  assert.match(text, /^sold twice +1 tickets$/m);
  assert.match(text, /^response time +p50 1 ms {2}p90 2 ms {2}p99 3 ms {2}max 5\.5 ms$/m);
});
