import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { loadEvents } from '../../src/service/events-file/load-events.ts';
import { parseEventsFile, readEventsFile } from '../../src/service/events-file/read-events-file.ts';
import type { EventFields } from '../../src/service/terms.ts';
import fc from '../support/fast-check.ts';
import { withFolder } from '../support/folder.ts';
import { openOffice } from '../support/open-office.ts';

const LIMITS = { maxEvents: 3, maxTickets: 1000 };

function parse(text: string) {
  return parseEventsFile(Buffer.from(text), LIMITS);
}

function eventsOf(text: string): readonly EventFields[] {
  const file = parse(text);
  assert.deepEqual(file.faults, undefined);
  return file.faults ? [] : file.events;
}

/** `LINE:COLUMN message`, of each fault. */
function faultsOf(text: string | Uint8Array): string[] {
  const { faults } = parseEventsFile(Buffer.from(text), LIMITS);
  return (faults?.told ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** The faults of one event whose other fields are right. */
function faultsOfEvent(fields: string): string[] {
  return faultsOf(`[{"name": "N", "date": "2027-05-01", ${fields}}]`);
}

const JAZZ: EventFields = { name: 'Jazz', date: '2027-05-01', priceCents: 4250, capacity: 500 };

const SHAPES: readonly (readonly [what: string, text: string, expected: EventFields])[] = [
  [
    'an object with a list of events',
    '{"events": [{"name": "Jazz", "date": "2027-05-01", "price": 42.5, "capacity": 500}]}',
    JAZZ,
  ],
  [
    'a bare list, the price in cents',
    '[{"name": "Jazz", "date": "2027-05-01", "priceCents": 4250, "capacity": 500}]',
    JAZZ,
  ],
  [
    'the fields of seed system 1: what was sold there is not for sale here',
    '[{"ID": "7f", "Name": "Jazz", "Date": "2027-05-01", "TotalTickets": 500, "AvailableTickets": 40}]',
    { ...JAZZ, priceCents: 0, capacity: 40 },
  ],
  [
    'the tickets of seed system 4, apart from their event, one of three sold',
    `{"events": [{"id": 1, "name": "Jazz", "date": "2027-05-01"}],
      "tickets": [{"id": 1, "price": 42.5, "event": 1, "sold": false},
                  {"id": 2, "price": 42.5, "event": "Jazz", "sold": true},
                  {"id": 3, "price": 42.5, "event": 1}]}`,
    { ...JAZZ, capacity: 2 },
  ],
  [
    'tickets within their event, and all of them counted',
    '[{"name": "Jazz", "date": "2027-05-01", "total_tickets": 2, "tickets": [{"price": 42.5}, {}]}]',
    { ...JAZZ, capacity: 2 },
  ],
  [
    'a byte order mark, and a price that is no exact fraction',
    '\ufeff[{"name": "Jazz", "date": "2027-05-01", "price": 4.35, "capacity": 500}]',
    { ...JAZZ, priceCents: 435 },
  ],
];

for (const [what, text, expected] of SHAPES) {
  test(`a file of events may be ${what}`, () => assert.deepEqual(eventsOf(text), [expected]));
}

describe('each fault is told with its place', () => {
  const CASES: readonly (readonly [what: string, got: string[], wanted: readonly string[]])[] = [
    [
      'three faults of two events',
      faultsOf(
        '{"events": [\n  {"name": "A", "date": "2027-02-30", "capacity": -1},\n  {"date": "2027-05-01", "capacity": 3}]}',
      ),
      [
        "2:25 events[0].date must be a day or a moment as 2027-05-01 or 2027-05-01T20:00:00Z; got '2027-02-30'",
        '2:51 events[0].capacity must be a whole number from 1 to 1000 (--max-tickets); got -1',
        '3:3 events[1] has no name, which must be a text of 1 to 200 characters',
      ],
    ],
    [
      'a field that there is none of',
      faultsOfEvent('"capcity": 3, "capacity": 3'),
      [
        '1:38 events[0].capcity is no field; there are id, name, date, price, priceCents, capacity, available, tickets; did you mean "capacity"?',
      ],
    ],
    [
      'a field given twice, under two names',
      faultsOfEvent('"capacity": 3, "total": 4'),
      ['1:53 events[0].total gives the capacity twice'],
    ],
    [
      'a price with three decimals, and one that is infinite',
      [
        ...faultsOfEvent('"capacity": 3, "price": 1.005'),
        ...faultsOfEvent('"capacity": 3, "price": 1e309'),
      ],
      [
        '1:62 events[0].price must be a number from 0 with at most two decimals; got 1.005',
        '1:62 events[0].price must be a number from 0 with at most two decimals; got Infinity',
      ],
    ],
    [
      'an event and a ticket that were there before',
      faultsOf(
        '[{"name": "A", "date": "2027-05-01", "capacity": 1},\n{"name": "A", "date": "2027-05-01", "tickets": [{"id": 4},\n{"id": 4}]}]',
      ),
      [
        '2:10 events[1].name is that of another event of the same date, events[0]',
        '3:8 events[1].tickets[1].id is that of another ticket, events[1].tickets[0]',
      ],
    ],
    [
      'tickets of several prices, and of no event',
      faultsOf(
        '{"events": [{"name": "A", "date": "2027-05-01", "tickets": [{"price": 1}, {"price": 2}]}],\n"tickets": [{"event": "B"}]}',
      ),
      [
        '1:85 events[0].tickets[1].price is not the 1.00 of others; tickets of one event have one price',
        '2:23 tickets[0].event is no id and no name of an event here',
      ],
    ],
    [
      'more left than there are, and another number of tickets',
      [
        ...faultsOfEvent('"capacity": 3, "available": 4'),
        ...faultsOfEvent('"capacity": 3, "tickets": [{}, {}]'),
      ],
      [
        '1:66 events[0].available is 4, more than all 3 tickets',
        '1:50 events[0].capacity is 3, but 2 tickets are listed',
      ],
    ],
    ['no JSON', faultsOf('[{"name": "A"\n"date": 1}]'), ['2:1 not valid JSON (comma expected)']],
    ['nothing at all', faultsOf(''), ['1:1 not valid JSON (value expected)']],
    [
      'a text',
      faultsOf('"events"'),
      ['1:1 it must be an object with a list of "events", or such a list'],
    ],
    ['events that are none', faultsOf('{"events": 5}'), ['1:12 events must be a list; got 5']],
    ['comments', faultsOf('[] // none'), ['1:4 not valid JSON (invalid comment token)']],
    [
      'the conflict of a merge',
      faultsOf('[\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n]'),
      [2, 4, 6].map((line, at) => {
        return `${line}:1 a conflict of a merge was left here: ${'<=>'.charAt(at).repeat(7)}`;
      }),
    ],
    [
      'a list of lists of lists',
      faultsOf('['.repeat(200_000) + ']'.repeat(200_000)),
      ['1:1 its lists lie too deep in each other'],
    ],
    [
      'bytes of another encoding',
      faultsOf(Buffer.from('[{"name":\n "Caf\u00e9"}]', 'latin1')),
      ['2:6 these bytes are not UTF-8'],
    ],
    [
      'what paints a terminal',
      faultsOf('[{"name": "\\u001b[2J", "date": "2027-05-01", "capacity": 1}]'),
      ["1:11 events[0].name must be a text of 1 to 200 characters; got '\\x1B[2J'"],
    ],
    [
      '4 events where 3 are kept',
      faultsOf(
        JSON.stringify(
          [1, 2, 3, 4].map((n) => ({ name: `${n}`, date: '2027-05-01', capacity: 1 })),
        ),
      ),
      ['1:1 events has 4 events; this server keeps 3 (--max-events)'],
    ],
  ];
  for (const [what, got, wanted] of CASES) test(what, () => assert.deepEqual(got, wanted));
});

test('of 25 faults 20 are told, and that there are 5 more', () => {
  const tickets = Array.from({ length: 25 }, () => ({ sold: 1 }));
  const { faults } = parse(JSON.stringify([{ name: 'A', date: '2027-05-01', tickets }]));
  assert.deepEqual([faults?.told.length, faults?.more], [20, 5]);
});

test('a file that was cut off is refused at the place where it ends: at every byte', () => {
  const whole = Buffer.from(
    '{"events": [{"name": "Caf\u00e9 \ud83c\udfb7", "date": "2027-05-01",\n "price": 4.5, "capacity": 5}]}',
  );
  assert.equal(parseEventsFile(whole, LIMITS).faults, undefined);
  for (let length = 0; length < whole.length; length++) {
    const { faults } = parseEventsFile(whole.subarray(0, length), LIMITS);
    assert.ok(faults && faults.told.length > 0, `${length} bytes were accepted`);
  }
});

test('whatever the bytes, they are refused or read: nothing else is thrown', () => {
  const json = fc.json().map((text) => Buffer.from(text));
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.oneof(json, bytes), (given) => {
      const { faults } = parseEventsFile(given, LIMITS);
      for (const { line, column, message } of faults?.told ?? []) {
        assert.ok(line >= 1 && column >= 1 && !/\p{Cc}/u.test(message), message);
      }
    }),
  );
});

test('any events that fit are read as they are: 3 at most', () => {
  const fields = {
    name: fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((name) => /^\P{Cc}*$/u.test(name) && name.trim() !== ''),
    date: fc.constantFrom('2027-05-01', '2028-02-29T23:59', '2027-05-01T20:00:00+02:00'),
    priceCents: fc.nat({ max: 1_000_000 }),
    capacity: fc.integer({ min: 1, max: 1000 }),
  };
  const event = fc.record(fields, { noNullPrototype: true });
  const events = fc.uniqueArray(event, { maxLength: 3, selector: ({ name }) => name });
  fc.assert(
    fc.property(events, (list) => {
      assert.deepEqual(eventsOf(JSON.stringify(list)), list);
      const inMoney = list.map(({ priceCents, ...rest }) => ({ ...rest, price: priceCents / 100 }));
      assert.deepEqual(
        eventsOf(JSON.stringify(inMoney)).map(({ priceCents }) => priceCents),
        list.map(({ priceCents }) => priceCents),
      );
    }),
  );
});

test('what cannot be read, or is too large, is refused in one line: no file, a folder, 100 MB', () => {
  withFolder((folder) => {
    const path = join(folder, 'huge.json');
    writeFileSync(path, '[');
    truncateSync(path, 100_000_000);
    for (const [given, message] of [
      [join(folder, 'none.json'), /^--events cannot read .*none\.json: ENOENT/],
      [folder, /^--events cannot read .*: it is not a file$/],
      [path, /^--events cannot read .*huge\.json: it has 96 MiB; at most 16 are read$/],
    ] as const) {
      assert.throws(
        () => readEventsFile(given, LIMITS),
        (error) => error instanceof InputError && message.test(error.message),
      );
    }
  });
});

test('events are added once: of 2, again 2, and then a third', async () => {
  const { office, backOffice, close } = await openOffice();
  const rock = { ...JAZZ, name: 'Rock' };
  const load = (...events: EventFields[]) => loadEvents(backOffice, events, 1000);
  assert.deepEqual(await load(JAZZ, rock), { added: 2, present: 0 });
  assert.deepEqual(await load({ ...JAZZ, capacity: 9 }, rock), { added: 0, present: 2 });
  const later = { ...JAZZ, date: '2027-06-01' };
  assert.deepEqual(await load(JAZZ, later), { added: 1, present: 1 });
  const names = (await office.events()).map(({ event, available }) => [event.name, available]);
  assert.deepEqual(names, [
    ['Jazz', 500],
    ['Rock', 500],
    ['Jazz', 500],
  ]);
  await close();
});
