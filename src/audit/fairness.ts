import { sortedByColumn } from './order.ts';
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
  return squares === 0 ? 1 : (sum * sum) / (clients * squares);
}

function inversionsOf(sales: Sales, grants: Uint32Array): number {
  // Those who were served in the same moment count as served in the order of their arrival.
  const served = sortedByColumn(sortedByColumn(grants, sales.intendedNs), sales.endNs);
  const arrivals = Float64Array.from(served, (grant) => sales.intendedNs[grant] as number);
  return countInversions(arrivals);
}

/** Pairs in which a larger value stands before a smaller one. Leaves `values` in disorder. */
export function countInversions(values: Float64Array): number {
  let inversions = 0;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      inversions += mergeRuns(from, to, start, width);
    }
    [from, to] = [to, from];
  }
  return inversions;
}

/** Merges two sorted runs of `width`; how many values of the first run stood before smaller ones. */
function mergeRuns(from: Float64Array, to: Float64Array, start: number, width: number): number {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  let inversions = 0;
  for (let at = start; at < end; at++) {
    const takeLeft =
      left < middle && (right >= end || (from[left] as number) <= (from[right] as number));
    if (!takeLeft) inversions += middle - left;
    to[at] = from[takeLeft ? left++ : right++] as number;
  }
  return inversions;
}
