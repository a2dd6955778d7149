import { Series, SHORTEST_NS, SLOTS } from './series.ts';

/** How a run went, interval by interval. All lists are equally long. */
export interface TimeSeries {
  /** Entry i tells of the time from i to i + 1 times so many milliseconds after the opening. */
  readonly intervalMs: number;
  /** Requests whose intended start lies in the interval. */
  readonly offered: readonly number[];
  /** Requests that ended in it. */
  readonly completed: readonly number[];
  /** Tickets granted in it. */
  readonly granted: readonly number[];
  /** Requests for tickets that were refused in it, for whatever reason. */
  readonly refused: readonly number[];
  /** Tickets that nobody held at its end; below zero where too many were sold. */
  readonly stockLeft: readonly number[];
  /** Requests that were due and had not ended, at its end. */
  readonly queue: readonly number[];
  /** Response times of the requests that ended in it, in nanoseconds; null where none did. */
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
}

/** What is shown of a run that lasts from 2 s to 51 s; a longer one has longer intervals. */
const USUAL_NS = 100e6;
/** A shorter run is shown in more detail: at least so many intervals, as long as they are that short. */
const LEAST_INTERVALS = 20;

/**
 * Puts together what the workers did at the same time.
 * @param capacity tickets on sale
 * @param elapsedNs when the last request ended
 */
export function mergeSeries(
  all: readonly Series[],
  capacity: number,
  elapsedNs: number,
): TimeSeries {
  const intervalNs = Math.max(intervalFor(elapsedNs), ...all.map((each) => each.intervalNs));
  const total = together(all, intervalNs, elapsedNs);
  const length = Math.min(SLOTS, Math.floor(elapsedNs / intervalNs) + 1);
  const slots = Array.from({ length }, (_, slot) => slot);
  const sold = slots.map((slot) => total.returned(slot) - total.granted(slot));
  const queued = slots.map((slot) => total.offered(slot) - total.ended(slot));
  return {
    intervalMs: intervalNs / 1e6,
    offered: slots.map((slot) => total.offered(slot)),
    completed: slots.map((slot) => total.ended(slot)),
    granted: slots.map((slot) => total.granted(slot)),
    refused: slots.map((slot) => total.refused(slot)),
    stockLeft: runningTotals(sold, capacity),
    queue: runningTotals(queued, 0),
    p50Ns: slots.map((slot) => total.quantile(slot, 0.5)),
    p99Ns: slots.map((slot) => total.quantile(slot, 0.99)),
  };
}

/**
 * How many requests were due and had not ended, on average over a run: counted by the clock at the ends of
 * all intervals, as short as they were kept. Null for a run of too few intervals to tell.
 */
export function meanInSystem(all: readonly Series[], elapsedNs: number): number | null {
  const total = together(all, Math.max(...all.map((each) => each.intervalNs)), elapsedNs);
  const intervals = elapsedNs / total.intervalNs;
  if (intervals < INTERVALS_MIN) return null;
  let queue = 0;
  let area = 0;
  for (let slot = 0; slot < intervals; slot++) {
    const atStart = queue;
    queue += total.offered(slot) - total.ended(slot);
    // The run ends within the last interval.
    area += ((atStart + queue) / 2) * Math.min(1, intervals - slot);
  }
  return area / intervals;
}

/** With fewer intervals the mean number in the system is a guess. */
const INTERVALS_MIN = 10;

/** The sum of several series in intervals of `intervalNs`, up to the end of the one that `elapsedNs` lies in. */
function together(all: readonly Series[], intervalNs: number, elapsedNs: number): Series {
  const total = new Series(Series.allocate(intervalNs * SLOTS));
  const untilNs = (Math.floor(elapsedNs / intervalNs) + 1) * intervalNs;
  for (const each of all) total.addUntil(untilNs, each);
  return total;
}

function intervalFor(elapsedNs: number): number {
  let intervalNs = SHORTEST_NS;
  while (intervalNs < USUAL_NS && elapsedNs >= 2 * intervalNs * LEAST_INTERVALS) intervalNs *= 2;
  return intervalNs;
}

function runningTotals(changes: readonly number[], start: number): number[] {
  let total = start;
  return changes.map((change) => {
    total += change;
    return total;
  });
}
