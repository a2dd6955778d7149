// Histories as JSON lines: what other systems write, and how each mistake in it is told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from '../../src/audit/check-history.ts';
import type { History } from '../../src/audit/history.ts';
import { historyFromLines } from '../../src/audit/history-lines.ts';
import { tellFindings } from '../../src/audit/told.ts';
import { InputError } from '../../src/base/errors.ts';

const MANY = 200_000;

/** A field, and what it cannot be. */
type Wrong = [field?: string, values?: readonly unknown[]];

const HEADER = { format: 'onsale-history', version: 1, tickets: 4 };
const SOLD = {
  kind: 'reserve',
  outcome: 'reserved',
  client: 'ann',
  event: 'gala',
  quantity: 2,
  ticket: 0,
  startNs: 10,
  endNs: 20,
};
const LOOKED = {
  kind: 'browse',
  outcome: 'browsed',
  client: 'bob',
  event: 'gala',
  left: 2,
  startNs: 30,
  endNs: 40,
};
const BACK = { ...SOLD, kind: 'cancel', outcome: 'cancelled', startNs: 50, endNs: 60 };

function textOf(...lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function read(...lines: readonly object[]): History {
  return parse(textOf(...lines));
}

function parse(text: string): History {
  return historyFromLines(Buffer.from(text), 'sale.jsonl');
}

/** Fails unless the lines are refused in one line that begins with the place and matches `why`. */
function assertRefused(text: string, line: number, why: RegExp): void {
  assert.throws(
    () => parse(text),
    (error) => {
      assert.ok(error instanceof InputError, String(error));
      assert.ok(error.message.startsWith(`sale.jsonl:${line}: `), error.message);
      assert.match(error.message, why);
      assert.doesNotMatch(error.message, /\p{Cc}/u);
      return true;
    },
    text,
  );
}

test('every field is where it belongs, and names are kept', () => {
  const history = read(HEADER, SOLD, LOOKED, BACK);
  assert.deepEqual(history.names, { clients: ['ann', 'bob'], events: ['gala'], tickets: [] });
  assert.deepEqual([...history.kind], [0, 2, 1]);
  assert.deepEqual([...history.client], [0, 1, 0]);
  assert.deepEqual([...history.quantity], [2, 0, 2]);
  assert.deepEqual([...history.value], [0, 2, 0]);
  assert.deepEqual(
    [...history.startNs, ...history.endNs, ...history.intendedNs],
    [10, 30, 50, 20, 40, 60, 10, 30, 50],
  );
  assert.deepEqual([...history.capacities], [4]);
  assert.deepEqual([history.strategy, history.reissues], [null, false]);
  assert.ok(
    history.promises.includes('noFalseSoldOut') && !history.promises.includes('noStarvation'),
  );
  assert.equal(checkHistory(history).verdict, 'ok');
});

test('a first line that says more: each event with its tickets, who sold, what it promised', () => {
  const header = {
    ...HEADER,
    tickets: { gala: 1, matinee: 2 },
    strategy: 'theirs',
    promises: ['noOversell'],
    reissues: true,
  };
  const { capacities, strategy, promises, reissues, names } = read(header, {
    ...SOLD,
    event: 'matinee',
  });
  assert.deepEqual([...capacities], [1, 2]);
  assert.deepEqual([strategy, promises, reissues], ['theirs', ['noOversell'], true]);
  assert.deepEqual(names?.events, ['gala', 'matinee']);
});

for (const [what, text] of [
  ['a byte order mark', `\ufeff${textOf(HEADER, SOLD)}`],
  ['line ends of Windows', textOf(HEADER, SOLD).replaceAll('\n', '\r\n')],
  ['no last line end', textOf(HEADER, SOLD).trimEnd()],
  ['empty lines', `\n${textOf(HEADER)}\n \n${textOf(SOLD)}\n`],
  [
    'nulls for what there is not',
    textOf(
      { ...HEADER, strategy: null },
      { ...SOLD, tickets: null, left: null, sequence: null, intendedNs: null },
    ),
  ],
  ['fields of their own', textOf({ ...HEADER, by: 'us' }, { ...SOLD, note: 'VIP' })],
] as const) {
  test(`${what}: read all the same`, () => {
    const { names: _, ...expected } = read(HEADER, SOLD);
    const { names: __, ...actual } = parse(text);
    assert.deepEqual(actual, expected);
  });
}

test('lines in any order are put in order of their beginning; those of one moment stay as they were', () => {
  const { startNs, client } = read(
    HEADER,
    BACK,
    { ...LOOKED, client: 'one', startNs: 5 },
    { ...LOOKED, client: 'two', startNs: 5 },
    SOLD,
  );
  assert.deepEqual([...startNs], [5, 5, 10, 50]);
  assert.deepEqual([...client], [1, 2, 0, 0]);
});

test('names that JavaScript knows are names like any others', () => {
  for (const name of ['__proto__', 'constructor', 'toString', '']) {
    const tickets = JSON.parse(`{${JSON.stringify(name)}:3}`) as object;
    const line = {
      ...SOLD,
      event: name,
      client: name,
      ticket: undefined,
      tickets: [name, 'other'],
    };
    const { capacities, names } = read({ ...HEADER, tickets }, line);
    assert.deepEqual([...capacities], [3], name);
    assert.deepEqual(names, { clients: [name], events: [name], tickets: [name, 'other'] });
    assertRefused(
      textOf({ ...HEADER, tickets: { gala: 1 } }, line),
      2,
      /gives no tickets to event/,
    );
  }
});

test("whoever is not named may be anybody: told so, and held to nobody else's tickets", () => {
  const { client: _, ...someone } = SOLD;
  const history = read(
    HEADER,
    someone,
    { ...BACK, client: undefined, outcome: 'failed' },
    { ...someone, startNs: 70, endNs: 80 },
  );
  assert.deepEqual([...history.client], [-1, -1, -1]);
  const { receipts } = tellFindings(history, checkHistory(history));
  assert.deepEqual([receipts.lostReceipt, receipts.duplicateTicket], [0, 2]);
  assert.equal(receipts.examples[0]?.operation.client, null);
});

test('a request that was given up is not over: its endNs counts for nothing', () => {
  const lost = { ...SOLD, outcome: 'indeterminate', quantity: 9, ticket: undefined };
  const history = read(HEADER, lost);
  assert.deepEqual(
    [history.endNs[0], checkHistory(history).verdict],
    [Number.POSITIVE_INFINITY, 'ok'],
  );
});

function named(tickets: unknown, more: object = {}): object {
  return { ...SOLD, ticket: undefined, quantity: undefined, tickets, ...more };
}

describe('tickets', () => {
  test('have names, and are told by them: one is sold twice', () => {
    const history = read(HEADER, named(['A1', 'B7']), named(['B7'], { client: 'bob' }));
    const { receipts } = tellFindings(history, checkHistory(history));
    assert.equal(receipts.duplicateTicket, 1);
    assert.deepEqual([...history.quantity], [2, 1]);
    assert.ok(receipts.examples[0]?.operation.tickets.includes('B7'));
  });

  test('that follow one another by chance are not taken for more than were named', () => {
    assertRefused(
      textOf(HEADER, named(['A1'], { quantity: 2 })),
      2,
      /tickets must be 2; got \[ 'A1' \]/,
    );
  });

  test('that are named have no order: the account is only what `sequence` says', () => {
    const late = named(['A1'], { startNs: 10, endNs: 100 });
    const early = named(['A2'], { startNs: 0, endNs: 100 });
    assert.ok(read(HEADER, late, early).sequence?.every((each) => Number.isNaN(each)));
    assert.deepEqual(
      [...(read(HEADER, { ...late, sequence: 5 }, early).sequence ?? [])],
      [Number.NaN, 5],
    );
  });

  test('cannot be both numbers and names', () => {
    for (const lines of [
      [SOLD, named(['A1'])],
      [named(['A1']), SOLD],
      [{ ...SOLD, tickets: ['A1', 'A2'] }],
    ]) {
      assertRefused(
        textOf(HEADER, ...lines),
        lines.length + 1,
        /by `ticket` or by `tickets`, but not by both/,
      );
    }
  });
});

/** Far more looks than can be told apart, in an order that only the store knows. */
function sequenced(sequence: (at: number) => number): History {
  const grants = Array.from({ length: 24 }, (_, i) => ({
    ...SOLD,
    client: i,
    quantity: 1 + (i % 3),
    ticket: undefined,
    tickets: Array.from({ length: 1 + (i % 3) }, (__, seat) => `${i}-${seat}`),
    startNs: 0,
    endNs: 1000,
    sequence: sequence(i),
  }));
  return read({ ...HEADER, tickets: 48 }, ...grants);
}

test('the account of the store is tried first, and not believed if it lies', () => {
  const honest = checkHistory(sequenced((at) => at));
  assert.deepEqual([honest.verdict, honest.linearizability.decided.account], ['ok', 1]);
  const order = { ...SOLD, quantity: 4, sequence: 1 };
  const refused = {
    ...SOLD,
    client: 'bob',
    outcome: 'soldOut',
    ticket: undefined,
    startNs: 30,
    endNs: 40,
  };
  // It says that the second was first; but the first was over before that began.
  const lying = read(
    HEADER,
    { ...order, sequence: 2 },
    { ...order, ticket: 4, startNs: 50, endNs: 60 },
    refused,
  );
  const findings = checkHistory(lying);
  assert.deepEqual([findings.verdict, findings.linearizability.decided.account], ['violated', 0]);
  const swapped = read(
    { ...HEADER, tickets: 8 },
    { ...order, sequence: 2 },
    { ...order, ticket: 4, startNs: 50, endNs: 60 },
  );
  const { verdict, decided } = checkHistory(swapped).linearizability;
  assert.deepEqual([verdict, decided.account, decided.sweep], ['ok', 0, 1]);
});

describe('what is refused, with its line', () => {
  test('an empty file', () => {
    for (const text of ['', '\n\n', '\ufeff']) {
      assert.throws(() => parse(text), /InputError: sale.jsonl is not a history: it is empty/);
    }
  });

  for (const [why, changes] of [
    [/must say "format":"onsale-history"; got/, { format: [undefined, 'onsale', 5, null] }],
    [/version must be 1; got/, { version: [undefined, 2, '1', null] }],
    [
      /tickets must be whole numbers/,
      { tickets: [undefined, null, -1, 0.5, '4', 2 ** 31, { gala: 'x' }, { gala: null }, [-1]] },
    ],
    [
      /promises must be among noOversell, /,
      { promises: [null, 'noOversell', ['x'], [['noOversell']], {}] },
    ],
    [/reissues must be true or false; got/, { reissues: ['yes', 1] }],
    [/strategy must be a text; got/, { strategy: [5, {}, true] }],
  ] as const) {
    const [field = '', values = []] = Object.entries<readonly unknown[]>(changes).flat() as Wrong;
    test(`a first line whose ${field} is ${JSON.stringify(values)}`, () => {
      for (const value of values)
        assertRefused(textOf({ ...HEADER, [field]: value }, SOLD), 1, why);
    });
  }

  for (const [why, line, changes] of [
    [
      /kind must be one of reserve, cancel, browse; got/,
      SOLD,
      { kind: [undefined, 'buy', 0, null, 'toString'] },
    ],
    [
      /outcome must be one of indeterminate, reserved, /,
      SOLD,
      { outcome: [undefined, 'ok', 1, null] },
    ],
    [/this operation cannot end as it does/, SOLD, { outcome: ['cancelled', 'browsed'] }],
    [/this operation cannot end as it does/, BACK, { outcome: ['reserved', 'soldOut', 'dropped'] }],
    [/client must be a text or a number; got/, SOLD, { client: [{}, [], true] }],
    [/event must be a text or a number; got/, SOLD, { event: [{}, [], true] }],
    [
      /quantity from 1 to 1000000; got/,
      SOLD,
      { quantity: [0, -1, 0.5, '2', 1e9, 2 ** 32 + 2, {}] },
    ],
    [
      /must name its tickets/,
      SOLD,
      { ticket: [undefined, null, -1, 0.5, '7', 2 ** 31 - 1, 2 ** 32, {}] },
    ],
    [/must name its tickets/, { ...BACK, outcome: 'failed' }, { ticket: [undefined, -1, 'A1'] }],
    [
      /must name its tickets/,
      { ...BACK, outcome: 'indeterminate' },
      { ticket: [undefined, -1, 'A1'] },
    ],
    [
      /tickets must be a list; got|must name its tickets|a ticket must be/,
      { ...SOLD, ticket: undefined },
      { tickets: ['A1', {}, [], [null, {}], [['A1']]] },
    ],
    [
      /must say how many tickets there were; got/,
      LOOKED,
      { left: [undefined, null, 0.5, '2', 2 ** 31, {}] },
    ],
    [/must begin at a time in nanoseconds; got/, SOLD, { startNs: [undefined, null, '10', {}] }],
    [
      /must end at a time, not before it begins at 10; got/,
      SOLD,
      { endNs: [undefined, null, 9, '20', {}] },
    ],
    [/must be due at a time in nanoseconds; got/, SOLD, { intendedNs: ['x', {}, true] }],
    [/sequence must be a number; got/, SOLD, { sequence: ['1', {}, true] }],
  ] as const) {
    const [field = '', values = []] = Object.entries<readonly unknown[]>(changes).flat() as Wrong;
    test(`a ${line.kind} that is ${line.outcome} and whose ${field} is ${JSON.stringify(values)}`, () => {
      for (const value of values) {
        assertRefused(textOf(HEADER, LOOKED, { ...line, [field]: value }), 3, why);
      }
    });
  }

  test('lines that are no objects', () => {
    for (const line of ['{"kind":', '[]', '5', 'null', '"text"', '\u0000\u0007', '{} {}']) {
      assertRefused(`${textOf(HEADER)}${line}\n`, 2, /a line must be a JSON object; got/);
    }
  });

  test('numbers beyond all bounds', () => {
    assertRefused(
      `${textOf(HEADER)}${JSON.stringify(SOLD).replace('"endNs":20', '"endNs":1e999')}`,
      2,
      /must end at a time/,
    );
  });
});

// With work that grew faster than its input, this would take hours.
test(`${MANY} lines are read and checked`, { timeout: 300_000 }, () => {
  const lines = Array.from({ length: MANY }, (_, at) => {
    const startNs = 7 * at;
    return { ...SOLD, client: at % 99, quantity: 1, ticket: at, startNs, endNs: startNs + 40 };
  });
  const text = textOf({ ...HEADER, tickets: MANY }) + lines.map((line) => textOf(line)).join('');
  assert.equal(checkHistory(parse(text)).verdict, 'ok');
});
