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
}

export function auditFairness(
  sales: Sales,
  groups: readonly Uint32Array[],
  asked: Int32Array,
  granted: Int32Array,
): Fairness {
  const inversions = groups.reduce((total, grants) => total + inversionsOf(sales, grants), 0);
  return { jainIndex: jainIndex(asked, granted), inversions };
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

function inversionsOf(sales: Sales, grants: Uint32Array): number {
  // Those who were served in the same moment count as served in the order of their arrival.
  const served = sortedByColumn(sortedByColumn(grants, sales.intendedNs), sales.endNs);
  return countInversions(gather(sales.intendedNs, served));
}

/**
 * Pairs in which a larger value stands before a smaller one. Leaves `values` in disorder.
 *
 * A merge sort that counts. Grants are almost in order of arrival, so of two runs to be merged only
 * the short stretch in which they overlap is merged, and the rest is copied.
 */
export function countInversions(values: Float64Array): number {
  let inversions = 0;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      inversions += mergeRuns(from, to, start, middle, Math.min(middle + width, values.length));
    }
    [from, to] = [to, from];
  }
  return inversions;
}

/** Merges two sorted runs; how many pairs of a larger left and a smaller right value there are. */
function mergeRuns(
  from: Float64Array,
  to: Float64Array,
  start: number,
  middle: number,
  end: number,
): number {
  let left = start;
  let right = middle;
  let at = start;
  let inversions = 0;
  if (middle < end) {
    left = firstAbove(from, start, middle, from[middle] as number);
    copy(from, to, start, left);
    at = left;
    while (left < middle && right < end) {
      if ((from[left] as number) <= (from[right] as number)) {
        to[at++] = from[left++] as number;
      } else {
        inversions += middle - left;
        to[at++] = from[right++] as number;
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

function copy(from: Float64Array, to: Float64Array, start: number, end: number, at = start): void {
  if (end - start >= COPY_MIN) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at + i - start] = from[i] as number;
}
