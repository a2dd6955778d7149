import { checkThenAct } from './memory/check-then-act.ts';
import { compareAndSwap } from './memory/compare-and-swap.ts';
import { eventLock } from './memory/event-lock.ts';
import { fetchAndSubtract } from './memory/fetch-and-subtract.ts';
import { globalLock } from './memory/global-lock.ts';
import { phaseSwitch } from './memory/phase-switch.ts';
import { rwLock } from './memory/rw-lock.ts';
import { twoPhaseHold } from './memory/two-phase-hold.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy that comes with the lab, the control first. */
export const catalog: readonly Strategy[] = [
  checkThenAct,
  compareAndSwap,
  fetchAndSubtract,
  globalLock,
  eventLock,
  rwLock,
  phaseSwitch,
  twoPhaseHold,
];
