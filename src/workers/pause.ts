import type { Clock } from '../base/clock.ts';
import type { Control } from './control.ts';
import type { Pause } from './reserve-loop.ts';

/**
 * A sleep may last this much longer than asked (timer slack and wake-up), so it ends this much early
 * and the rest is spent spinning.
 */
const SPIN_NS = 250_000;
/** Sleeping shorter than this is not worth the system calls. */
const SLEEP_MIN_NS = 50_000;

/**
 * Waits for the times of requests: sleeps, then spins. With more threads than processors it does not
 * spin, since a spinning thread would keep the processor from one that has work to do; then requests
 * begin some 100 microseconds late.
 */
export function pauseUntil(clock: Clock, control: Control, spins: boolean): Pause {
  const spinNs = spins ? SPIN_NS : 0;
  return {
    until(dueNs) {
      for (;;) {
        const nowNs = clock.now();
        if (nowNs >= dueNs) return nowNs;
        const sleepNs = dueNs - nowNs - spinNs;
        if (!spins || sleepNs > SLEEP_MIN_NS) {
          if (control.stopped) return -1;
          control.sleep(sleepNs / 1e6);
        }
      }
    },
  };
}
