import { batch } from './memory/batch.ts';
import { cachedLock } from './memory/cached-lock.ts';
import { checkThenAct } from './memory/check-then-act.ts';
import { compareAndSwap } from './memory/compare-and-swap.ts';
import { escrow } from './memory/escrow.ts';
import { eventLock } from './memory/event-lock.ts';
import { fetchAndSubtract } from './memory/fetch-and-subtract.ts';
import { fifoLock } from './memory/fifo-lock.ts';
import { flatCombining } from './memory/flat-combining.ts';
import { globalLock } from './memory/global-lock.ts';
import { optimistic } from './memory/optimistic.ts';
import { phaseSwitch } from './memory/phase-switch.ts';
import { rwLock } from './memory/rw-lock.ts';
import { seatMap } from './memory/seat-map.ts';
import { singleWriter } from './memory/single-writer.ts';
import { twoPhaseHold } from './memory/two-phase-hold.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy that comes with the lab: the control first, then by what each is built on. */
export const catalog: readonly Strategy[] = [
  checkThenAct,
  compareAndSwap,
  fetchAndSubtract,
  optimistic,
  globalLock,
  eventLock,
  rwLock,
  cachedLock,
  fifoLock,
  flatCombining,
  batch,
  singleWriter,
  escrow,
  phaseSwitch,
  seatMap,
  twoPhaseHold,
];
