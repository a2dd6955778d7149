// Histories as files of our own: bit for bit as they were, or refused with what is wrong.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { collectHistory, type History } from '../../src/audit/history.ts';
import { encodeHistory } from '../../src/audit/history-file.ts';
import { readHistory } from '../../src/audit/read-history.ts';
import { saveHistory } from '../../src/audit/save-history.ts';
import { InputError } from '../../src/base/errors.ts';
import { randomStream } from '../../src/base/random.ts';
import { ENDING, HistoryLog, OPERATION } from '../../src/store/history-log.ts';
import { correctSale } from '../support/correct-sale.ts';
import { withFolder } from '../support/folder.ts';
import { historyOf } from '../support/histories.ts';

const SALES = 60;
/** Where the header's JSON and the records begin. */
const HEADER_AT = 48;
const RECORDS_AT = 48 + 4096;

const GOOD: History = historyOf(4, [
  { kind: 'reserve', ending: 'reserved', span: [0, 10], quantity: 2 },
  { kind: 'cancel', ending: 'indeterminate', span: [12.5, Number.POSITIVE_INFINITY], value: 0 },
  { kind: 'browse', ending: 'browsed', span: [20, 2 ** 53], quantity: 0, value: -3, client: -1 },
]);

function bytesOf(history: History): Buffer {
  return Buffer.concat([...encodeHistory(history)]);
}

/** The columns of a history that every form of it keeps. */
function kept(history: History): unknown {
  const { names: _, sequence: __, scattered: ___, ...columns } = history;
  return columns;
}

/** Fails unless the file is refused in one line that names it and matches `why`. */
function assertRefused(bytes: Buffer, why: RegExp, what = ''): void {
  withFolder((folder) => {
    const path = join(folder, 'bad.bin');
    writeFileSync(path, bytes);
    assert.throws(
      () => readHistory(path),
      (error) => {
        assert.ok(error instanceof InputError, `${what}: ${String(error)}`);
        assert.match(error.message, why, what);
        assert.ok(error.message.includes(path) && !/\p{Cc}/u.test(error.message), what);
        return true;
      },
      what,
    );
  });
}

/** The good file with other bytes at a place, and checksums that know of them. */
function changed(at: number, ...bytes: readonly number[]): Buffer {
  const file = bytesOf(GOOD);
  file.set(bytes, at);
  const header = JSON.parse(file.toString('utf8', HEADER_AT, RECORDS_AT)) as object;
  return withHeader(file, { ...header, digest: sha256(file.subarray(RECORDS_AT)).toString('hex') });
}

function withHeader(file: Buffer, header: unknown): Buffer {
  const copy = Buffer.from(file);
  copy.fill(' ', HEADER_AT, RECORDS_AT);
  copy.write(JSON.stringify(header), HEADER_AT);
  sha256(copy.subarray(HEADER_AT, RECORDS_AT)).copy(copy, 16);
  return copy;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

for (const form of ['.bin', '.jsonl']) {
  test(`a saved history (${form}) is read back as it was: ${SALES} random sales`, () => {
    withFolder((folder) => {
      for (let seed = 1; seed <= SALES; seed++) {
        const { next } = randomStream(`${seed}`, 'saved');
        const terms = {
          clients: 5,
          events: 3,
          tickets: 9,
          quantityMax: 3,
          lostShare: 0.05,
          meanNs: 20,
        };
        const history = correctSale(next, { ...terms, operations: Math.floor(next() * 200) });
        const path = join(folder, `${seed}${form}`);
        saveHistory(path, history);
        const read = readHistory(path);
        // Names of clients and events by their first mention: put back to the numbers that they are.
        const { names } = read;
        const numbers = names && {
          client: read.client.map((each) => Number(names.clients[each] ?? -1)),
          event: read.event.map((each) => Number(names.events[each])),
          capacities: history.capacities,
        };
        assert.deepEqual(kept({ ...read, ...numbers }), kept(history), `seed ${seed}`);
      }
    });
  });
}

test('a file is laid out as documented: 1 operation', () => {
  const bytes = bytesOf(
    historyOf(7, [
      { kind: 'cancel', ending: 'failed', span: [1, 2], client: 3, quantity: 4, value: 5 },
    ]),
  );
  assert.equal(bytes.length, RECORDS_AT + 48);
  assert.equal(bytes.toString('latin1', 0, 8), 'ONSALEHI');
  assert.deepEqual([bytes.readUInt32LE(8), bytes.readUInt32LE(12)], [1, 4096]);
  const record = bytes.subarray(RECORDS_AT);
  assert.deepEqual(
    [0, 4, 8, 12, 16, 20].map((at) => record.readInt32LE(at)),
    [1, 5, 3, 0, 4, 5],
  );
  assert.deepEqual(
    [24, 32, 40].map((at) => record.readDoubleLE(at)),
    [1, 1, 2],
  );
});

test('a file that is complete appears under its name, or none: nothing else is left behind', () => {
  withFolder((folder) => {
    saveHistory(join(folder, 'a.bin'), GOOD);
    mkdirSync(join(folder, 'taken.bin'));
    assert.throws(() => saveHistory(join(folder, 'taken.bin'), GOOD));
    assert.deepEqual(readdirSync(folder).toSorted(), ['a.bin', 'taken.bin']);
  });
});

/** Every byte, but few of those that only fill the header up. */
function stepFrom(at: number): number {
  return at > HEADER_AT + 300 && at < RECORDS_AT - 100 ? 97 : 1;
}

describe('damage', () => {
  test('a file that is cut at any byte is refused', () => {
    const file = bytesOf(GOOD);
    for (let length = 0; length < file.length; length += stepFrom(length)) {
      assertRefused(
        file.subarray(0, length),
        length < 8 ? /is empty|:1: / : /cut short/,
        `${length} bytes`,
      );
    }
    assertRefused(Buffer.concat([file, Buffer.alloc(1)]), /too long/);
  });

  test('a file with any one byte changed is refused', () => {
    const file = bytesOf(GOOD);
    for (let at = 0; at < file.length; at += stepFrom(at)) {
      const copy = Buffer.from(file);
      copy[at] = (copy[at] as number) ^ 0x55;
      assertRefused(copy, /damaged|format|:1: /, `byte ${at}`);
    }
  });

  test('a file of something else is refused', () => {
    assertRefused(Buffer.alloc(100), /:1: a line must be a JSON object; got '\\x00/);
    assertRefused(Buffer.from('\u001b[31mred'), /:1: a line must be a JSON object/);
  });

  for (const [field, values] of Object.entries({
    operations: [-1, 0.5, null, '3', 2 ** 53],
    digest: [null, 5, 'x'],
    events: [-1, 0.5, null, 2 ** 20 + 1, 2 ** 53, 0],
    ticketsPerEvent: [-1, 0.5, null, 2 ** 31, {}],
    strategy: [5, {}],
    promises: [null, {}, ['noFun'], [['noOversell']], ['__proto__'], [5]],
  })) {
    test(`a header whose ${field} is none is refused: ${JSON.stringify(values)}`, () => {
      const file = bytesOf(GOOD);
      const header = JSON.parse(file.toString('utf8', HEADER_AT, RECORDS_AT)) as object;
      for (const value of values) {
        assertRefused(
          withHeader(file, { ...header, [field]: value }),
          /damaged|cut short|unknown event/,
          JSON.stringify(value),
        );
      }
      assertRefused(withHeader(file, { ...header, [field]: undefined }), /makes no sense/);
    });
  }

  test('a header that is no object, or no JSON, is refused', () => {
    const file = bytesOf(GOOD);
    for (const header of [null, 5, [], 'header'])
      assertRefused(withHeader(file, header), /makes no sense/);
    file.write('{"', HEADER_AT);
    file.fill('x', HEADER_AT + 2, RECORDS_AT);
    sha256(file.subarray(HEADER_AT, RECORDS_AT)).copy(file, 16);
    assertRefused(file, /makes no sense/);
  });

  const INFINITY = [0, 0, 0, 0, 0, 0, 0xf0, 0x7f];
  const NAN = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
  for (const [what, at, bytes, why] of [
    ['kind', 0, [9], /operation 0 is of an unknown kind: 9/],
    ['ending', 4, [9], /operation 0 cannot end as it does/],
    ['ending of another kind', 4, [ENDING.browsed], /operation 0 cannot end as it does/],
    ['event', 12, [1], /operation 0 is of an unknown event: 1/],
    ['quantity', 16, [0], /operation 0 must have a quantity from 1 to 1000000; got 0/],
    ['quantity of many', 19, [0x40], /operation 0 must have a quantity .*; got 1073741826/],
    ['ticket', 23, [0xff], /operation 0 must name its tickets/],
    ['last ticket', 20, [0xff, 0xff, 0xff, 0x7f], /operation 0 must name its tickets/],
    ['time it was due', 24, NAN, /operation 0 must be due at a time in nanoseconds; got NaN/],
    ['beginning', 32, INFINITY, /operation 0 must begin at a time in nanoseconds; got Infinity/],
    ['end', 40, INFINITY, /operation 0 must end at a time.*; got Infinity/],
    ['end before the beginning', 47, [0xbf], /operation 0 must end at a time/],
    ['order', 48 + 39, [0xbf], /operation 1 begins before the one before it/],
  ] as const) {
    test(`an operation with a wrong ${what} is refused`, () => {
      assertRefused(changed(RECORDS_AT + at, ...bytes), why);
    });
  }
});

test('what cannot be read at all is refused: no file, a folder', () => {
  withFolder((folder) => {
    assert.throws(
      () => readHistory(join(folder, 'none')),
      /InputError: cannot read the history .*none: ENOENT/,
    );
    assert.throws(
      () => readHistory(folder),
      /InputError: cannot read the history .*it is not a file/,
    );
    assert.throws(() => readHistory(''), /InputError: cannot read the history ""/);
  });
});

function begin(log: HistoryLog, client: number, startNs: number): number {
  const asked = { kind: OPERATION.reserve, client, event: 0, quantity: 1, value: -1 };
  return log.begin({ ...asked, startNs, intendedNs: startNs - 1 });
}

test('what the workers recorded is put in order of its beginning: 3 workers, 1 of them idle, 1 killed', () => {
  const memories = [1, 2, 3].map(() => HistoryLog.allocate(10));
  const [one, , other] = memories.map((memory) => new HistoryLog(memory)) as [
    HistoryLog,
    HistoryLog,
    HistoryLog,
  ];
  one.end(begin(one, 1, 10), ENDING.reserved, 7, 20);
  one.end(begin(one, 2, 20), ENDING.soldOut, -1, 21);
  other.end(begin(other, 3, 5), ENDING.contended, -1, 6);
  // Killed while its answer was written down.
  other.end(begin(other, 4, 15), ENDING.indeterminate, 8, 16);
  const logs = memories.map((memory) => new HistoryLog(memory));
  const terms = { capacities: Int32Array.of(1), promises: [], reissues: false, strategy: 'x' };
  const { client, ending, endNs, value, intendedNs } = collectHistory(logs, terms);
  assert.deepEqual([...client], [3, 1, 4, 2]);
  assert.deepEqual([...intendedNs], [4, 9, 14, 19]);
  assert.deepEqual([...endNs], [6, 20, Number.POSITIVE_INFINITY, 21]);
  assert.deepEqual(
    [...ending],
    [ENDING.contended, ENDING.reserved, ENDING.indeterminate, ENDING.soldOut],
  );
  assert.equal(value[1], 7);
});
