// When requests arrive: functions that give one intended start after the other, in nanoseconds from
// the opening. Each schedules exactly `requests` arrivals within `durationNs`, none lost in rounding.
import type { Random } from '../base/random.ts';

/** The next intended start. */
export type Pacer = () => number;

/** How many arrivals, and within what time. */
export interface Schedule {
  readonly requests: number;
  readonly durationNs: number;
}

/** How an on-sale begins. */
export interface Burst {
  /** The share of all requests that belong to the burst, 0 to 1; the rest arrive evenly. */
  readonly share: number;
}

/** The burst's decay constant as a share of the duration: after a tenth of it, 63 % have come. */
const BURST_DECAY = 0.1;

// Half a nanosecond is the resolution of what we compute.
const NEWTON_PRECISION_NS = 0.5;
const NEWTON_STEPS_MAX = 64;

/** No schedule: every request is due at once, as fast as it can be served. */
export function unpaced(): Pacer {
  return () => 0;
}

/** Evenly spaced: request i at i / rate. */
export function constantPacer({ requests, durationNs }: Schedule): Pacer {
  let sent = 0;
  return () => Math.floor((durationNs * sent++) / requests);
}

/**
 * A Poisson process, given its number of arrivals: then they are as `requests` independent uniform
 * moments in order, which are drawn one after another from the smallest (Devroye, Non-Uniform Random
 * Variate Generation, 1986, chapter V).
 */
export function poissonPacer({ requests, durationNs }: Schedule, random: Random): Pacer {
  const next = orderedUniforms(requests, random);
  return () => Math.floor(durationNs * next());
}

/**
 * A Poisson process whose rate begins high and decays to a floor: `share` of the arrivals with
 * density e^(-t/tau), the others evenly. With `duration` 1 and tau 0.1:
 *
 *     rate |*                        F(t) = (1-share) t + share (1-e^(-t/tau)) / (1-e^(-1/tau))
 *          | **
 *          |   *****
 *          |        *****************
 *          +-------------------------- t
 */
export function onsalePacer(
  { requests, durationNs }: Schedule,
  burst: Burst,
  random: Random,
): Pacer {
  const tauNs = durationNs * BURST_DECAY;
  const whole = 1 - Math.exp(-durationNs / tauNs);
  const floor = (1 - burst.share) / durationNs;
  const height = burst.share / whole;
  const next = orderedUniforms(requests, random);
  let timeNs = 0;
  return () => {
    const target = next();
    // F is concave, so Newton's steps from the left of the root never overshoot it; and the last
    // arrival is always on its left.
    for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
      const tail = Math.exp(-timeNs / tauNs);
      const reached = floor * timeNs + height * (1 - tail);
      const moved = (target - reached) / (floor + (height / tauNs) * tail);
      if (!(moved > 0)) break;
      timeNs = Math.min(durationNs, timeNs + moved);
      if (moved < NEWTON_PRECISION_NS) break;
    }
    return Math.floor(timeNs);
  };
}

/** `count` uniform numbers in [0, 1), the smallest first. */
function orderedUniforms(count: number, random: Random): () => number {
  let reached = 0;
  let left = count;
  return () => {
    // The smallest of `left` uniforms above `reached`; log and expm1 keep its digits when it is tiny.
    const smallest = -Math.expm1(Math.log1p(-random.nextDouble()) / left--);
    reached += (1 - reached) * smallest;
    return reached;
  };
}
