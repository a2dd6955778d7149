import { gather, sortedByColumn } from './order.ts';
import type { Sales } from './sales.ts';

/** How evenly and in what order clients were served. */
export interface Fairness {
  /**
   * Jain's index over the clients' shares of granted requests: 1 when all did equally well, 1/n when
   * one of n got everything. Source: Jain, Chiu and Hawe, DEC TR-301, 1984.
   */
  readonly jainIndex: number;
  /** Pairs of grants of one event in which the later arrival was served first. */
  readonly inversions: number;
  /** How many later arrivals were served before the buyer who was passed by most. */
  readonly mostOvertaken: number;
  /** The longest that any request took, once it had begun. */
  readonly longestWaitNs: number;
}

/** When each grant was due, and when it was served. */
export type ServedSales = Pick<Sales, 'intendedNs' | 'endNs'>;

/** What fairness is judged by. */
export interface Service {
  readonly sales: ServedSales;
  /** For each client, how often it asked and was granted. */
  readonly asked: Int32Array;
  readonly granted: Int32Array;
  readonly longestWaitNs: number;
}

export function auditFairness(service: Service, groups: readonly Uint32Array[]): Fairness {
  const { sales, asked, granted, longestWaitNs } = service;
  let inversions = 0;
  let mostOvertaken = 0;
  for (const grants of groups) {
    const overtaking = overtakingAmong(sales, grants);
    inversions += overtaking.inversions;
    mostOvertaken = Math.max(mostOvertaken, overtaking.most);
  }
  return { jainIndex: jainIndex(asked, granted), inversions, mostOvertaken, longestWaitNs };
}

/** Jain's index of granted / asked over all clients that asked; 1 when none was granted anything. */
function jainIndex(asked: Int32Array, granted: Int32Array): number {
  let clients = 0;
  let sum = 0;
  let squares = 0;
  for (let client = 0; client < asked.length; client++) {
    const requests = asked[client] as number;
    if (requests === 0) continue;
    const share = (granted[client] as number) / requests;
    clients++;
    sum += share;
    squares += share * share;
  }
  // Rounding can carry it above 1.
  return squares === 0 ? 1 : Math.min(1, (sum * sum) / (clients * squares));
}

function overtakingAmong(sales: ServedSales, grants: Uint32Array): Overtaking {
  // Those who were served in the same moment count as served in the order of their arrival.
  const served = sortedByColumn(sortedByColumn(grants, sales.intendedNs), sales.endNs);
  return countOvertaking(gather(sales.intendedNs, served));
}

/** How often larger values stand before smaller ones. */
export interface Overtaking {
  /** Pairs of a larger value and a smaller one after it. */
  readonly inversions: number;
  /** The most larger values that stand before a single one. */
  readonly most: number;
}

/** Values on their way into order, and for each how many larger ones stood before it. */
interface Passed {
  values: Float64Array;
  passedBy: Uint32Array;
}

/**
 * Counts how often a larger value stands before a smaller one. Leaves `values` in disorder.
 *
 * A merge sort that counts. Grants are almost in order of arrival, so of two runs to be merged only
 * the short stretch in which they overlap is merged, and the rest is copied.
 */
export function countOvertaking(values: Float64Array): Overtaking {
  const { length } = values;
  let inversions = 0;
  let from: Passed = { values, passedBy: new Uint32Array(length) };
  let to: Passed = { values: new Float64Array(length), passedBy: new Uint32Array(length) };
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length);
      inversions += mergeRuns(from, to, start, middle, Math.min(middle + width, length));
    }
    [from, to] = [to, from];
  }
  const most = from.passedBy.reduce((highest, count) => Math.max(highest, count), 0);
  return { inversions, most };
}

/** Merges two sorted runs; how many pairs of a larger left and a smaller right value there are. */
function mergeRuns(from: Passed, to: Passed, start: number, middle: number, end: number): number {
  let left = start;
  let right = middle;
  let at = start;
  let inversions = 0;
  if (middle < end) {
    left = firstAbove(from.values, start, middle, from.values[middle] as number);
    copy(from, to, start, left);
    at = left;
    while (left < middle && right < end) {
      if ((from.values[left] as number) <= (from.values[right] as number)) {
        to.passedBy[at] = from.passedBy[left] as number;
        to.values[at++] = from.values[left++] as number;
      } else {
        inversions += middle - left;
        to.passedBy[at] = (from.passedBy[right] as number) + middle - left;
        to.values[at++] = from.values[right++] as number;
      }
    }
  }
  copy(from, to, left, middle, at);
  copy(from, to, right, end, at + middle - left);
  return inversions;
}

/** The first index of a sorted stretch whose value is above `limit`; its end if there is none. */
function firstAbove(values: Float64Array, start: number, end: number, limit: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const half = (low + high) >>> 1;
    if ((values[half] as number) <= limit) low = half + 1;
    else high = half;
  }
  return low;
}

/** Below this many values a loop is quicker than a call that copies them at once. */
const COPY_MIN = 16;

function copy(from: Passed, to: Passed, start: number, end: number, at = start): void {
  if (end - start >= COPY_MIN) {
    to.values.set(from.values.subarray(start, end), at);
    to.passedBy.set(from.passedBy.subarray(start, end), at);
    return;
  }
  for (let i = start; i < end; i++) {
    to.values[at + i - start] = from.values[i] as number;
    to.passedBy[at + i - start] = from.passedBy[i] as number;
  }
}
