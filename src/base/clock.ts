import { endianness } from 'node:os';
import { hrtime } from 'node:process';

const IS_LITTLE_ENDIAN: boolean = endianness() === 'LE';

/** A monotonic clock in nanoseconds. */
export interface Clock {
  /** Nanoseconds since the clock's epoch. */
  now(): number;
}

/**
 * The moment to count from, as every thread of this process sees it.
 *
 * `process.hrtime` is one monotonic clock for all threads, while `performance.now()` starts anew in
 * each; counting from an epoch also keeps nanoseconds far below 2^53, where a number stays exact.
 */
export function currentEpoch(): bigint {
  return hrtime.bigint();
}

const TWO_TO_32 = 2 ** 32;

/**
 * The machine's monotonic clock, counted from `epoch`. One reading costs some 35 ns: the big integer is taken apart into
 * two halves, since to convert it to a number costs 10 ns more.
 */
export function systemClock(epoch: bigint): Clock {
  const reading = BigUint64Array.of(epoch);
  const halves = new Uint32Array(reading.buffer);
  const [lowest, highest] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0];
  const epochLow = halves[lowest] as number;
  const epochHigh = halves[highest] as number;
  return {
    now() {
      reading[0] = hrtime.bigint();
      const high = (halves[highest] as number) - epochHigh;
      return high * TWO_TO_32 + ((halves[lowest] as number) - epochLow);
    },
  };
}

/** Milliseconds on this thread's monotonic clock, with fractions; from another thread they mean nothing. */
export function monotonicMs(): number {
  return performance.now();
}

/** Milliseconds on the monotonic clock of all threads, with fractions. */
export function processMs(): number {
  return Number(hrtime.bigint()) / 1e6;
}

/** Keeps the processor busy for `durationNs`, as work would. */
export function busyFor(clock: Clock, durationNs: number): void {
  const untilNs = clock.now() + durationNs;
  while (clock.now() < untilNs);
}

/** The time of day in milliseconds, for what other processes and files are compared with; it may jump. */
export function timeOfDayMs(): number {
  return Date.now();
}

/** A time of day that never jumps. */
export interface Calendar {
  /** Milliseconds since 1970. */
  nowMs(): number;
}

/** Where a calendar begins: the same for all threads of a process. */
export interface CalendarOrigin {
  readonly timeOfDayMs: number;
  readonly epoch: bigint;
}

export function calendarOrigin(): CalendarOrigin {
  return { timeOfDayMs: timeOfDayMs(), epoch: currentEpoch() };
}

/**
 * The time of day at the origin, and from then on what a monotonic clock says has passed: whoever sets the machine's
 * clock neither ends nor lengthens what is limited in time.
 */
export function steadyCalendar(origin: CalendarOrigin): Calendar {
  const clock = systemClock(origin.epoch);
  return { nowMs: () => origin.timeOfDayMs + Math.floor(clock.now() / 1e6) };
}
