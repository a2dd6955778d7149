// Whether to ask again, and when: decided from what came of the last attempt alone. Whatever is asked here, the service
// does once however often it is asked.

/** What came of one attempt. */
export type Attempt =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The kind of problem, if it is one. */
      readonly code?: string | undefined;
      /** What the service asks to wait for. */
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'unanswered' };

export interface Standing {
  /** Attempts so far, this one included. */
  readonly attempts: number;
  readonly leftMs: number;
}

export type Decision =
  /** The answer is the answer, or there will be none. */
  { readonly kind: 'settled' } | { readonly kind: 'again'; readonly waitMs: number };

/** The first wait lasts so long at most, the next twice as long, and so on. */
export const FIRST_WAIT_MS = 200;
export const LONGEST_WAIT_MS = 5000;
/** Later than asked for by up to this share: those who were refused together do not come back together. */
const SPREAD = 0.25;

const SETTLED: Decision = { kind: 'settled' };
const LATER: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/**
 * @param fraction drawn from [0, 1): back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015)
 */
export function decide(attempt: Attempt, standing: Standing, fraction: number): Decision {
  const { attempts, leftMs } = standing;
  if (attempt.kind === 'answered' && !mayAskAgain(attempt)) return SETTLED;
  const asked = attempt.kind === 'answered' ? attempt.retryAfterMs : undefined;
  const waitMs =
    asked === undefined
      ? fraction * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1))
      : asked * (1 + SPREAD * fraction);
  // Who would be too late need not wait at all.
  return waitMs < leftMs ? { kind: 'again', waitMs: Math.round(waitMs) } : SETTLED;
}

function mayAskAgain({ status, code }: Extract<Attempt, { readonly kind: 'answered' }>): boolean {
  return code === 'in-flight' || LATER.has(status);
}

/** What `Retry-After` asks for, in milliseconds; a date, which ours never sends, is not understood. */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header.trim())
    ? Number(header) * 1000
    : undefined;
}
