// A recorded history, little-endian:
//
//   bytes 0-7     "ONSALEHI"
//   bytes 8-11    format version (1)
//   bytes 12-15   bytes of the header (4096)
//   bytes 16-47   SHA-256 of the header
//   bytes 48-4143 header: JSON in UTF-8, padded with spaces
//   then          `operations` records of 48 bytes, in the order in which they began:
//                 Int32 kind, ending, client, event, quantity, value; Float64 intendedNs, startNs, endNs
//
// docs/history-format.md says what they mean.
import { createHash } from 'node:crypto';
import { InputError } from '../base/errors.ts';
import { invariant } from '../base/invariant.ts';
import { SealedHeader } from '../base/sealed-header.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { allocateHistory, type History, operationAt, putOperation } from './history.ts';
import { arePromises, faultOfEvents, faultOfOperation } from './well-formed.ts';

const HEADER = new SealedHeader({ magic: 'ONSALEHI', version: 1, bytes: 4096, noun: 'history' });
const INTS = 6;
const FLOATS = 3;
const RECORD_BYTES: number = INTS * 4 + FLOATS * 8;
/** Records written at once: some 3 MB. */
const PIECE_RECORDS = 65_536;

interface Header {
  readonly operations: number;
  /** SHA-256 of all records. */
  readonly digest: string;
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly strategy: string | null;
  readonly promises: readonly StrategyPromise[];
}

/** Whether a file's first bytes are those of a recorded history. */
export function isHistoryFile(bytes: Buffer): boolean {
  return HEADER.begins(bytes);
}

/** A history of events with equally many tickets, as the pieces of a file. */
export function* encodeHistory(history: History): Generator<Buffer> {
  const { capacities, count, strategy, promises } = history;
  const [ticketsPerEvent = 0] = capacities;
  invariant(
    capacities.every((tickets) => tickets === ticketsPerEvent),
    'all events of a saved history have equally many tickets',
  );
  const hash = createHash('sha256');
  for (const piece of recordPieces(history)) hash.update(piece);
  const digest = hash.digest('hex');
  const events = capacities.length;
  yield HEADER.encode({ operations: count, digest, events, ticketsPerEvent, strategy, promises });
  yield* recordPieces(history);
}

function* recordPieces(history: History): Generator<Buffer> {
  for (let first = 0; first < history.count; first += PIECE_RECORDS) {
    yield encodeRecords(history, first, Math.min(first + PIECE_RECORDS, history.count));
  }
}

function encodeRecords(history: History, from: number, to: number): Buffer {
  const bytes = Buffer.alloc((to - from) * RECORD_BYTES);
  for (let at = 0, index = from; index < to; index++) {
    const { kind, ending, client, event, quantity, value, ...times } = operationAt(history, index);
    for (const int of [kind, ending, client, event, quantity, value])
      at = bytes.writeInt32LE(int, at);
    for (const time of [times.intendedNs, times.startNs, times.endNs]) {
      at = bytes.writeDoubleLE(time, at);
    }
  }
  return bytes;
}

/**
 * Reads a recorded history.
 * @throws InputError naming `path` when it is cut short, damaged, or says what cannot be
 */
export function decodeHistoryFile(bytes: Buffer, path: string): History {
  const header = checkedHeader(HEADER.decode(bytes, path), path);
  const expected = HEADER.end + header.operations * RECORD_BYTES;
  if (bytes.length !== expected) {
    const what = bytes.length < expected ? 'cut short' : 'too long';
    throw new InputError(
      `${path} is ${what}: ${header.operations} operations take ${expected} bytes; got ${bytes.length}`,
    );
  }
  const records = bytes.subarray(HEADER.end);
  if (createHash('sha256').update(records).digest('hex') !== header.digest) {
    throw new InputError(`${path} is damaged: its operations do not match their digest`);
  }
  const { operations, events, ticketsPerEvent, strategy, promises } = header;
  const capacities = new Int32Array(events).fill(ticketsPerEvent);
  const terms = { capacities, promises, reissues: false, strategy };
  const history = allocateHistory(operations, terms);
  for (let index = 0; index < operations; index++) {
    const operation = decodeRecord(records, index * RECORD_BYTES);
    const early = index > 0 && operation.startNs < (history.startNs[index - 1] as number);
    const fault = early ? 'begins before the one before it' : faultOfOperation(operation, events);
    if (fault !== undefined) throw new InputError(`${path}: operation ${index} ${fault}`);
    putOperation(history, index, operation);
  }
  return history;
}

function decodeRecord(bytes: Buffer, at: number) {
  const int = (index: number): number => bytes.readInt32LE(at + index * 4);
  const float = (index: number): number => bytes.readDoubleLE(at + INTS * 4 + index * 8);
  return {
    kind: int(0),
    ending: int(1),
    client: int(2),
    event: int(3),
    quantity: int(4),
    value: int(5),
    intendedNs: float(0),
    startNs: float(1),
    endNs: float(2),
  };
}

/** The tickets of so many events: an endless file may say that it has more than there is room for. */
function* oneByOne(events: number | undefined, tickets: unknown): Generator {
  for (let event = 0; event < (events ?? 0); event++) yield tickets;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** A header that was written whole may still come from a program that writes other things into it. */
function checkedHeader(value: unknown, path: string): Header {
  const header = (typeof value === 'object' && value !== null ? value : {}) as Partial<Header>;
  const { operations, digest, events, ticketsPerEvent, strategy, promises } = header;
  const valid =
    isCount(operations) &&
    isCount(events) &&
    faultOfEvents(oneByOne(events, ticketsPerEvent)) === undefined &&
    typeof digest === 'string' &&
    (strategy === null || typeof strategy === 'string') &&
    arePromises(promises);
  if (!valid) throw new InputError(`${path} is damaged: its header makes no sense`);
  return header as Header;
}
