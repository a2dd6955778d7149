import type { Crew } from '../crew.ts';

/**
 * How long a waiter sleeps before it looks whether the owner still lives. A killed thread never
 * unlocks, so this bounds how late its waiters hear of it; a living owner wakes them at once.
 */
export const OWNER_CHECK_MS = 50;

/** Thrown to those who wait for a lock whose owner died. */
export class AbandonedLockError extends Error {
  override name = 'AbandonedLockError';

  constructor(lock: string, owner: number, certain: boolean) {
    super(`${lock} was abandoned: worker ${owner} died${certain ? '' : ', perhaps'} holding it`);
  }
}

/**
 * Throws when the lock's owner is dead.
 * @param owner its number, or -1 when the lock cannot tell: then any death may have been the owner's
 */
export function throwIfAbandoned(lock: string, owner: number, crew: Crew): void {
  const dead = owner >= 0 ? (crew.isDead(owner) ? owner : -1) : crew.firstDead();
  if (dead >= 0) throw new AbandonedLockError(lock, dead, owner >= 0);
}
