import { ENDING, OPERATION } from '../store/history-log.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { auditFairness, type Fairness } from './fairness.ts';
import { type History, operationsByEvent } from './history.ts';
import { checkLinearizability, type Linearizability } from './linearizability/linearizability.ts';
import { gather, sortedByColumn } from './order.ts';
import { auditReceipts, type Receipts } from './receipts.ts';
import { StockBounds } from './stock-bounds.ts';

/** What those were told who only looked. */
export interface Looks {
  readonly count: number;
  /** True at some moment of the look. */
  readonly fresh: number;
  /** True once, but not during the look. */
  readonly stale: number;
  /** Never true. */
  readonly wrong: number;
  /** How long before a look its answer was true last, at the worst of the stale ones. */
  readonly oldestNs: number;
}

/** Who was refused although somebody who came later got as much. */
export interface Passed {
  readonly refusals: number;
  /** Refusals of a buyer who came before another that was granted as many tickets, or more. */
  readonly regretted: number;
}

/** All that a history tells about the store that sold. */
export interface HistoryFindings {
  /**
   * `violated`: something happened that the store promises not to. `unknown`: nothing was found, but
   * not everything could be decided. `ok`: that some order explains it is proven, and
   * nothing else was found.
   */
  readonly verdict: 'ok' | 'violated' | 'unknown';
  readonly brokenPromises: readonly StrategyPromise[];
  readonly linearizability: Linearizability;
  /** Tickets held beyond those there are, at the worst moment of each event, summed. */
  readonly oversold: number;
  /** Refusals although enough tickets were left throughout. */
  readonly falseSoldOut: number;
  readonly receipts: Receipts;
  readonly looks: Looks;
  readonly fairness: Fairness;
  readonly passed: Passed;
  /** Operations that nobody knows the end of. */
  readonly indeterminate: number;
}

/** Checks a recorded history for all that can be seen in one. */
export function checkHistory(history: History): HistoryFindings {
  const groups = operationsByEvent(history);
  const linearizability = checkLinearizability(history);
  const receipts = auditReceipts(history);
  const stock = auditStock(history, groups);
  const fairness = fairnessOf(history, groups);
  const { duplicateTicket, foreignCancel, repeatedCancel, lostReceipt } = receipts.counts;
  const broken: Readonly<Record<StrategyPromise, boolean>> = {
    // Whoever takes back what was not granted can sell it again.
    noOversell: stock.oversold + duplicateTicket + foreignCancel + repeatedCancel > 0,
    noLostReceipt: lostReceipt > 0,
    noFalseSoldOut: stock.falseSoldOut > 0,
    noStaleRead: stock.looks.stale + stock.looks.wrong > 0,
    // A history does not tell a machine that stood still from a store that let somebody wait.
    noStarvation: false,
  };
  const brokenPromises = history.promises.filter((promise) => broken[promise]);
  const wrong = linearizability.verdict === 'violated' || brokenPromises.length > 0;
  return {
    verdict: wrong ? 'violated' : linearizability.verdict,
    brokenPromises,
    linearizability,
    ...stock,
    receipts,
    fairness,
    passed: passedOf(history, groups),
    indeterminate: history.ending.filter((each) => each === ENDING.indeterminate).length,
  };
}

function auditStock(history: History, groups: readonly Uint32Array[]) {
  const { kind, ending, quantity, value, startNs, endNs, capacities } = history;
  let oversold = 0;
  let falseSoldOut = 0;
  const looks = { count: 0, fresh: 0, stale: 0, wrong: 0, oldestNs: 0 };
  groups.forEach((operations, event) => {
    const bounds = new StockBounds(history, operations, capacities[event] as number);
    oversold += bounds.worstSurplus;
    for (const operation of operations) {
      const [begunNs, endedNs] = [startNs[operation] as number, endNs[operation] as number];
      if (kind[operation] === OPERATION.reserve && ending[operation] === ENDING.soldOut) {
        if (bounds.lowest(begunNs, endedNs) >= (quantity[operation] as number)) falseSoldOut++;
      } else if (ending[operation] === ENDING.browsed) {
        judgeLook(looks, bounds, value[operation] as number, begunNs, endedNs);
      }
    }
  });
  return { oversold, falseSoldOut, looks };
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function judgeLook(
  looks: Writable<Looks>,
  bounds: StockBounds,
  left: number,
  begunNs: number,
  endedNs: number,
): void {
  looks.count++;
  if (bounds.allows(left, begunNs, endedNs)) {
    looks.fresh++;
    return;
  }
  const lastNs = bounds.lastAllowed(left, begunNs);
  if (lastNs === undefined) {
    looks.wrong++;
    return;
  }
  looks.stale++;
  looks.oldestNs = Math.max(looks.oldestNs, begunNs - lastNs);
}

function isGranted({ kind, ending }: History, operation: number): boolean {
  return kind[operation] === OPERATION.reserve && ending[operation] === ENDING.reserved;
}

function fairnessOf(history: History, groups: readonly Uint32Array[]): Fairness {
  // Counted anew: a file may call one of its two clients two thousand million.
  const numbers = new Map<number, number>();
  for (const client of history.client) {
    if (client >= 0 && !numbers.has(client)) numbers.set(client, numbers.size);
  }
  const asked = new Int32Array(numbers.size);
  const granted = new Int32Array(numbers.size);
  let longestWaitNs = 0;
  for (let at = 0; at < history.count; at++) {
    const waitNs = (history.endNs[at] as number) - (history.startNs[at] as number);
    if (waitNs < Number.POSITIVE_INFINITY) longestWaitNs = Math.max(longestWaitNs, waitNs);
    const client = numbers.get(history.client[at] as number);
    if (history.kind[at] !== OPERATION.reserve || client === undefined) continue;
    asked[client] = (asked[client] as number) + 1;
    if (isGranted(history, at)) granted[client] = (granted[client] as number) + 1;
  }
  const grants = groups.map((group) => group.filter((operation) => isGranted(history, operation)));
  return auditFairness({ sales: history, asked, granted, longestWaitNs }, grants);
}

function passedOf(history: History, groups: readonly Uint32Array[]): Passed {
  const { kind, ending, quantity, intendedNs } = history;
  let refusals = 0;
  let regretted = 0;
  for (const operations of groups) {
    const latest = latestBySize(history, operations);
    for (const operation of operations) {
      if (kind[operation] !== OPERATION.reserve || ending[operation] !== ENDING.soldOut) continue;
      refusals++;
      const latestNs = latest(quantity[operation] as number);
      if (latestNs > (intendedNs[operation] as number)) regretted++;
    }
  }
  return { refusals, regretted };
}

/** When the last one came that was granted so many tickets or more; minus infinity for nobody. */
function latestBySize(history: History, operations: Uint32Array): (size: number) => number {
  const grants = operations.filter((operation) => isGranted(history, operation));
  const bySize = sortedByColumn(grants, history.quantity);
  const sizes = gather(history.quantity, bySize);
  const latestNs = gather(history.intendedNs, bySize);
  for (let place = latestNs.length - 2; place >= 0; place--) {
    latestNs[place] = Math.max(latestNs[place] as number, latestNs[place + 1] as number);
  }
  return (size) => {
    let low = 0;
    let high = sizes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sizes[middle] as number) < size) low = middle + 1;
      else high = middle;
    }
    return latestNs[low] ?? Number.NEGATIVE_INFINITY;
  };
}
