/** What happened until some moment of a run. */
export interface Counts {
  /** Since the opening; 0 before. */
  readonly elapsedMs: number;
  /** Requests that ended since the opening. */
  readonly completed: number;
  /** Tickets granted since the opening. */
  readonly granted: number;
  /** Requests for tickets that were refused since the opening, for whatever reason. */
  readonly refused: number;
}

/** What happened between two moments. */
export interface Rates {
  readonly completedPerSecond: number;
  readonly grantedPerSecond: number;
  readonly refusedPerSecond: number;
}

const AT_OPENING: Counts = { elapsedMs: 0, completed: 0, granted: 0, refused: 0 };

/** The rates between each moment and the one before; of the first, since the opening. */
export function ratesOf(moments: readonly Counts[]): Rates[] {
  return moments.map((moment, index) => ratesBetween(moments[index - 1] ?? AT_OPENING, moment));
}

function ratesBetween(before: Counts, after: Counts): Rates {
  const seconds = (after.elapsedMs - before.elapsedMs) / 1e3;
  const rate = (count: keyof Omit<Counts, 'elapsedMs'>): number =>
    seconds > 0 ? Math.max(0, after[count] - before[count]) / seconds : 0;
  return {
    completedPerSecond: rate('completed'),
    grantedPerSecond: rate('granted'),
    refusedPerSecond: rate('refused'),
  };
}
