// How long somebody has to wait who has guessed wrong too often: each failure after the first few doubles it.

/** How much is forgiven, and what comes then. */
export interface ThrottleTerms {
  /** So many failures cost nothing. */
  readonly free: number;
  readonly firstWaitMs: number;
  /** Waits double up to this: who is shut out by a stranger's guesses is let in again. */
  readonly longestWaitMs: number;
  /** Failures are forgotten when there was none for so long. */
  readonly memoryMs: number;
}

export const LOG_IN_THROTTLE: ThrottleTerms = {
  free: 5,
  firstWaitMs: 1000,
  longestWaitMs: 5 * 60_000,
  memoryMs: 15 * 60_000,
};

/** What is remembered of a name or an address. */
export interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/** How long to wait before the next try; 0: it may come now. */
export function waitMs(
  failures: Failures | undefined,
  nowMs: number,
  terms: ThrottleTerms,
): number {
  if (!failures || isForgotten(failures, nowMs, terms)) return 0;
  const beyond = failures.count - terms.free;
  if (beyond < 0) return 0;
  const wait = Math.min(terms.longestWaitMs, terms.firstWaitMs * 2 ** beyond);
  return Math.max(0, failures.lastMs + wait - nowMs);
}

/** With one failure more. */
export function failedAgain(
  failures: Failures | undefined,
  nowMs: number,
  terms: ThrottleTerms,
): Failures {
  const before = failures && !isForgotten(failures, nowMs, terms) ? failures.count : 0;
  return { count: before + 1, lastMs: nowMs };
}

function isForgotten({ lastMs }: Failures, nowMs: number, { memoryMs }: ThrottleTerms): boolean {
  return nowMs - lastMs >= memoryMs;
}
