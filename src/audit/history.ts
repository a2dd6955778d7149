import { ENDING, type HistoryLog, type Operation } from '../store/history-log.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { sortedByColumn } from './order.ts';

/** What those who took part in a history are called; without, they are called by their numbers. */
export interface HistoryNames {
  readonly clients: readonly string[];
  readonly events: readonly string[];
  readonly tickets: readonly string[];
}

/** What is known of a history beside its operations. */
export interface HistoryTerms {
  /** Tickets of each event when the sale opened. */
  readonly capacities: Int32Array;
  /** What the store that sold promises, and so what it is held to. */
  readonly promises: readonly StrategyPromise[];
  /** Whether a ticket that came back may be issued again under its old number. */
  readonly reissues: boolean;
  /** Who sold, if it says. */
  readonly strategy: string | null;
}

/** All operations of a sale in columns, one entry each, in the order in which they began. */
export interface History extends HistoryTerms {
  readonly count: number;
  readonly kind: Uint8Array;
  readonly ending: Uint8Array;
  /** -1 where nobody says who it was. */
  readonly client: Int32Array;
  readonly event: Int32Array;
  readonly quantity: Int32Array;
  readonly value: Int32Array;
  readonly intendedNs: Float64Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** The order in which the store says it did them, where it says: any growing numbers, NaN for none. */
  readonly sequence?: Float64Array | undefined;
  /** The tickets of operations that are not consecutive numbers; all others are `value` and on. */
  readonly scattered?: ReadonlyMap<number, readonly number[]> | undefined;
  readonly names?: HistoryNames | undefined;
}

/** Room for `count` operations. */
export function allocateHistory(count: number, terms: HistoryTerms): History {
  return {
    ...terms,
    count,
    kind: new Uint8Array(count),
    ending: new Uint8Array(count),
    client: new Int32Array(count),
    event: new Int32Array(count),
    quantity: new Int32Array(count),
    value: new Int32Array(count),
    intendedNs: new Float64Array(count),
    startNs: new Float64Array(count),
    endNs: new Float64Array(count),
  };
}

export function putOperation(history: History, at: number, operation: Operation): void {
  // Who was told nothing may have given up, or have died while an answer was written down: that
  // ended nothing, and the request may still have its effect.
  const answered = operation.ending !== ENDING.indeterminate;
  history.kind[at] = operation.kind;
  history.ending[at] = operation.ending;
  history.client[at] = operation.client;
  history.event[at] = operation.event;
  history.quantity[at] = operation.quantity;
  history.value[at] = operation.value;
  history.intendedNs[at] = operation.intendedNs;
  history.startNs[at] = operation.startNs;
  history.endNs[at] = answered ? operation.endNs : Number.POSITIVE_INFINITY;
}

export function operationAt(history: History, at: number): Operation {
  return {
    kind: history.kind[at] as number,
    ending: history.ending[at] as number,
    client: history.client[at] as number,
    event: history.event[at] as number,
    quantity: history.quantity[at] as number,
    value: history.value[at] as number,
    intendedNs: history.intendedNs[at] as number,
    startNs: history.startNs[at] as number,
    endNs: history.endNs[at] as number,
  };
}

/** Puts what the workers recorded together. */
export function collectHistory(logs: readonly HistoryLog[], terms: HistoryTerms): History {
  // Looked at once: nothing may join while they are copied.
  const counts = logs.map((log) => log.length);
  const count = counts.reduce((total, length) => total + length, 0);
  const source = new Uint32Array(count);
  const startNs = new Float64Array(count);
  const firstOf: number[] = [];
  let at = 0;
  logs.forEach((log, worker) => {
    firstOf.push(at);
    for (let index = 0; index < (counts[worker] as number); index++, at++) {
      source[at] = at;
      startNs[at] = log.operation(index).startNs;
    }
  });
  const history = allocateHistory(count, terms);
  sortedByColumn(source, startNs).forEach((entry, place) => {
    const worker = firstOf.findLastIndex((first) => first <= entry);
    const log = logs[worker] as HistoryLog;
    putOperation(history, place, log.operation(entry - (firstOf[worker] as number)));
  });
  return history;
}

/** The operations of each event, in the order in which they began. */
export function operationsByEvent({ event, capacities, count }: History): Uint32Array[] {
  const sizes = new Uint32Array(capacities.length);
  for (let i = 0; i < count; i++)
    sizes[event[i] as number] = (sizes[event[i] as number] as number) + 1;
  const groups = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let i = 0; i < count; i++) {
    const at = event[i] as number;
    (groups[at] as Uint32Array)[sizes[at] as number] = i;
    sizes[at] = (sizes[at] as number) + 1;
  }
  return groups;
}
