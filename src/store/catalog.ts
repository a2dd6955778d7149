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
import { rwLock } from './memory/rw-lock.ts';
import { seatMap } from './memory/seat-map.ts';
import { singleWriter } from './memory/single-writer.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy that comes with the lab, the control first. */
export const catalog: readonly Strategy[] = [
  checkThenAct,
  compareAndSwap,
  fetchAndSubtract,
  globalLock,
  eventLock,
  rwLock,
  fifoLock,
  cachedLock,
  optimistic,
  seatMap,
  flatCombining,
  batch,
  singleWriter,
  escrow,
];
