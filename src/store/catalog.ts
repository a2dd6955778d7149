import { invariant } from '../base/invariant.ts';
import { checkThenAct } from './memory/check-then-act.ts';
import { compareAndSwap } from './memory/compare-and-swap.ts';
import { eventLock } from './memory/event-lock.ts';
import { fetchAndSubtract } from './memory/fetch-and-subtract.ts';
import { globalLock } from './memory/global-lock.ts';
import { rwLock } from './memory/rw-lock.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy that comes with the lab, the control first. */
export const catalog: readonly Strategy[] = [
  checkThenAct,
  compareAndSwap,
  fetchAndSubtract,
  globalLock,
  eventLock,
  rwLock,
];

/** The strategy of that name, if there is one. */
export function findStrategy(name: string): Strategy | undefined {
  return catalog.find((strategy) => strategy.name === name);
}

/** The strategy of that name, which has been checked to exist. */
export function requireStrategy(name: string): Strategy {
  const strategy = findStrategy(name);
  invariant(strategy !== undefined, `there is no strategy "${name}"`);
  return strategy;
}
