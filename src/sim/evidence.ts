import type { Evidence } from '../audit/audit.ts';
import { collectSales } from '../audit/sales.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { RecorderMemory } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { sum } from './sum.ts';

/** What the workers of a sale left behind, put together. */
export type Testimony = Pick<
  Evidence,
  | 'sales'
  | 'suspects'
  | 'settledFalseSoldOut'
  | 'refusedEvents'
  | 'asked'
  | 'granted'
  | 'longestWaitNs'
  | 'leastWorstWaitNs'
  | 'elapsedNs'
>;

/** Puts together what the workers recorded. */
export function gatherTestimony(memories: readonly RecorderMemory[]): Testimony {
  const recorders = memories.map((memory) => new Recorder(memory));
  return {
    sales: collectSales(recorders.map(({ ledger }) => ledger)),
    suspects: together(memories.map(({ suspects }) => new SuspectLog(suspects))),
    settledFalseSoldOut: sum(recorders, (each) => each.settledFalseSoldOut),
    refusedEvents: mergeFlags(recorders.map((each) => each.refusedEvents)),
    asked: addColumns(recorders.map((each) => each.askedByClient)),
    granted: addColumns(recorders.map((each) => each.grantedByClient)),
    longestWaitNs: Math.max(...recorders.map((each) => each.longestServiceNs)),
    leastWorstWaitNs: Math.min(...recorders.map((each) => each.longestServiceNs)),
    elapsedNs: Math.max(...recorders.map((each) => each.lastEndNs)),
  };
}

function* together<Item>(parts: readonly Iterable<Item>[]): Generator<Item> {
  for (const part of parts) yield* part;
}

/** Adds columns of equal length, entry by entry. */
function addColumns(columns: readonly Int32Array[]): Int32Array {
  const [first, ...others] = columns as [Int32Array, ...Int32Array[]];
  const totals = new Int32Array(first);
  for (const column of others) {
    column.forEach((value, i) => {
      totals[i] = (totals[i] as number) + value;
    });
  }
  return totals;
}

/** 1 wherever any of the columns has it. */
function mergeFlags(columns: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = columns as [Uint8Array, ...Uint8Array[]];
  const merged = new Uint8Array(first);
  for (const column of others) {
    column.forEach((flag, i) => {
      merged[i] = (merged[i] as number) | flag;
    });
  }
  return merged;
}
