import type { Health } from './result.ts';

/**
 * Above this share of requests that the generator delivered late, the lab itself was slow. A tenth of
 * the requests beyond p99: fewer cannot have made it.
 */
const MAX_LATE_SHARE = 0.001;

/** How the reason begins that says so of false sold-outs. */
const LOWER_BOUND = 'falseSoldOut is a lower bound';

/** Whether a run may have had more false sold-outs than it counted. */
export function isLowerBound({ reasons }: Health): boolean {
  return reasons.some((reason) => reason.startsWith(LOWER_BOUND));
}

/** What may make the figures of a run worthless. */
export interface Symptoms {
  readonly interrupted: boolean;
  /** Grants that were not audited because the interruption left no time for it. */
  readonly unauditedGrants: number;
  /** What went wrong, thread by thread. */
  readonly failures: readonly string[];
  readonly completed: number;
  /** Requests that were due before the generator had delivered them. */
  readonly lateRequests: number;
  /** Refusals that could not be checked for want of memory. */
  readonly uncheckedRefusals: number;
}

export function judgeHealth(symptoms: Symptoms): Health {
  const reasons = [...symptoms.failures];
  if (symptoms.interrupted) reasons.unshift('interrupted');
  const { completed, lateRequests, uncheckedRefusals, unauditedGrants } = symptoms;
  if (unauditedGrants > 0) {
    reasons.push(`not audited: the audit of ${counted(unauditedGrants)} grants was cut short`);
  }
  if (lateRequests > completed * MAX_LATE_SHARE) {
    reasons.push(
      `the generator could not keep up: ${counted(lateRequests)} of ${counted(completed)} requests came late`,
    );
  }
  if (uncheckedRefusals > 0) {
    reasons.push(`${LOWER_BOUND}: ${counted(uncheckedRefusals)} refusals were not checked`);
  }
  return { valid: reasons.length === 0, reasons };
}

function counted(value: number): string {
  return value.toLocaleString('en-US');
}
