/** A column of the sales: one value for each grant. */
export type Column = Int32Array | Float64Array;

/**
 * The same grants, sorted by a column; equal ones keep their order.
 *
 * A natural merge sort, because what a worker recorded is already in order of time and mostly of
 * tickets: the grants of an event are a few sorted runs, which are merged in linear time. Source:
 * Knuth, The Art of Computer Programming 3, 5.2.4.
 */
export function sortedByColumn(grants: Uint32Array, column: Column): Uint32Array {
  let runs = runsOf(grants, column);
  let from = grants;
  let to = new Uint32Array(grants.length);
  let spare: Uint32Array | undefined;
  while (runs.length > 2) {
    runs = mergePairs(from, to, runs, column);
    // The caller's grants are only ever read.
    spare = from === grants ? new Uint32Array(grants.length) : from;
    from = to;
    to = spare as Uint32Array<ArrayBuffer>;
  }
  return from;
}

/** What a column says of each of the grants. */
export function gather<Values extends Column>(column: Values, grants: Uint32Array): Values {
  // A loop: `from` with a function goes through an iterator, ten times slower.
  const values = (
    column instanceof Int32Array ? new Int32Array(grants.length) : new Float64Array(grants.length)
  ) as Values;
  for (let i = 0; i < grants.length; i++) values[i] = at(column, grants, i);
  return values;
}

/** Where each ascending run begins, and the end. */
function runsOf(grants: Uint32Array, column: Column): number[] {
  const runs = [0];
  for (let i = 1; i < grants.length; i++) {
    if (at(column, grants, i) < at(column, grants, i - 1)) runs.push(i);
  }
  runs.push(grants.length);
  return runs;
}

/** Merges neighbouring runs two by two; where the new runs begin. */
function mergePairs(
  from: Uint32Array,
  to: Uint32Array,
  runs: readonly number[],
  column: Column,
): number[] {
  const merged = [0];
  for (let run = 0; run + 1 < runs.length; run += 2) {
    const start = runs[run] as number;
    const middle = runs[run + 1] as number;
    const end = runs[run + 2] ?? middle;
    mergeRuns(from, to, start, middle, end, column);
    merged.push(end);
  }
  return merged;
}

function mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
  column: Column,
): void {
  let left = start;
  let right = middle;
  for (let i = start; i < end; i++) {
    const takeLeft =
      left < middle && (right >= end || at(column, from, left) <= at(column, from, right));
    to[i] = from[takeLeft ? left++ : right++] as number;
  }
}

function at(column: Column, grants: Uint32Array, index: number): number {
  return column[grants[index] as number] as number;
}
