import { type EntryShape, SharedLog } from './shared-log.ts';

/** What a request asked for. */
export const OPERATION_KINDS = ['reserve', 'cancel', 'browse'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * How it ended, as its client was told. `indeterminate`: it was told nothing, and the request may have
 * had its effect or not.
 */
export const ENDINGS = [
  'indeterminate',
  'reserved',
  'soldOut',
  'contended',
  'dropped',
  'failed',
  'cancelled',
  'browsed',
] as const;
export type Ending = (typeof ENDINGS)[number];

function numbered<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<Name, number>;
}

/** The kinds and endings by the numbers that stand for them. */
export const OPERATION: Readonly<Record<OperationKind, number>> = numbered(OPERATION_KINDS);
export const ENDING: Readonly<Record<Ending, number>> = numbered(ENDINGS);

/** One request of a history. Times are nanoseconds on one clock of the whole run. */
export interface Operation {
  readonly kind: number;
  readonly ending: number;
  readonly client: number;
  readonly event: number;
  /** How many tickets are asked for or given back; 0 for who only looks. */
  readonly quantity: number;
  /** The first ticket granted or given back; how many are left for who looks; -1 for none. */
  readonly value: number;
  readonly intendedNs: number;
  readonly startNs: number;
  /** Infinity while it has not been answered. */
  readonly endNs: number;
}

const OPERATION_SHAPE: EntryShape = { ints: 6, floats: 3 };

// The fields of an entry that an answer fills in.
const ENDING_FIELD = 1;
const VALUE_FIELD = 5;
const END_FIELD = 2;

/** All requests of one worker, in the order in which it began them. */
export class HistoryLog {
  readonly #log: SharedLog;

  constructor(memory: SharedArrayBuffer) {
    this.#log = new SharedLog(memory, OPERATION_SHAPE);
  }

  static allocate(maxOperations?: number): SharedArrayBuffer {
    return SharedLog.allocate(OPERATION_SHAPE, maxOperations).buffer;
  }

  get length(): number {
    return this.#log.length;
  }

  /**
   * Records that a request begins; the entry's index. Called before the store is: should the worker
   * die in between, the request has been made.
   */
  begin(operation: Omit<Operation, 'ending' | 'endNs'>): number {
    const { kind, client, event, quantity, value, intendedNs, startNs } = operation;
    return this.#log.append(
      [kind, ENDING.indeterminate, client, event, quantity, value],
      [intendedNs, startNs, Number.POSITIVE_INFINITY],
    );
  }

  /** Records how a request ended. */
  end(index: number, ending: number, value: number, endNs: number): void {
    this.#log.amendInt(index, VALUE_FIELD, value);
    this.#log.amendFloat(index, END_FIELD, endNs);
    this.#log.amendInt(index, ENDING_FIELD, ending);
  }

  operation(index: number): Operation {
    const log = this.#log;
    return {
      kind: log.int(index, 0),
      ending: log.int(index, ENDING_FIELD),
      client: log.int(index, 2),
      event: log.int(index, 3),
      quantity: log.int(index, 4),
      value: log.int(index, VALUE_FIELD),
      intendedNs: log.float(index, 0),
      startNs: log.float(index, 1),
      endNs: log.float(index, END_FIELD),
    };
  }
}
