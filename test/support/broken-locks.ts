// Small locks, each of which can be opened with one mistake; without one they are right.
import type { LockHandle, LockKind } from '../../src/explore/lock-program.ts';
import { exclusive } from '../../src/explore/locks.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from '../../src/store/locks/abandoned.ts';
import type { LockContext } from '../../src/store/locks/mutex.ts';

function kindOf(
  name: string,
  words: (members: number) => number,
  open: (context: LockContext, first: number, members: number) => LockHandle,
  guardsAtomics: boolean = false,
): LockKind {
  return {
    name,
    guardsAtomics,
    words,
    describe: (offset) => ({ name: `word ${offset}` }),
    open,
  };
}

export type MutexMistake =
  | 'none'
  | 'no notify'
  | 'early notify'
  | 'no recheck'
  | 'forgets other sleepers'
  | 'owner never told'
  | 'not atomic'
  | 'leaves before the write';

/** One word: twice the owner's number plus one, and whether somebody sleeps; 0 is free. */
export function mutexWith(mistake: MutexMistake): LockKind {
  return kindOf(
    `mutex: ${mistake}`,
    () => 1,
    (context, at) => {
      const { words, crew, self } = context;
      const mine = (self + 1) << 1;
      const take = (value: number): boolean => {
        if (mistake !== 'not atomic') return words.compareExchange(at, 0, value) === 0;
        if (words.load(at) !== 0) return false;
        words.store(at, value);
        return true;
      };
      const lock = (): void => {
        if (take(mine)) return;
        for (;;) {
          const seen = words.load(at);
          if (seen === 0) {
            if (take(mistake === 'forgets other sleepers' ? mine : mine | 1)) return;
          } else if ((seen & 1) === 1 || words.compareExchange(at, seen, seen | 1) === seen) {
            const timeoutMs = mistake === 'owner never told' ? undefined : OWNER_CHECK_MS;
            const woken = words.wait(at, seen | 1, timeoutMs);
            if (woken === 'timed-out') {
              const owner = (words.load(at) >> 1) - 1;
              if (owner >= 0) throwIfAbandoned('the mutex', owner, crew);
            }
            if (woken === 'ok' && mistake === 'no recheck') {
              words.store(at, mine | 1);
              return;
            }
          }
        }
      };
      const unlock = (): void => {
        if (mistake === 'early notify') words.notify(at, 1);
        const seen = words.exchange(at, 0);
        const silent = mistake === 'no notify' || mistake === 'early notify';
        if (!silent && (seen & 1) === 1) words.notify(at, 1);
      };
      if (mistake !== 'leaves before the write') return exclusive({ lock, unlock });
      return {
        ...exclusive({ lock, unlock }),
        write(action) {
          lock();
          unlock();
          action();
        },
      };
    },
  );
}

export type TicketMistake = 'none' | 'hands on to the wrong slot';

/** A word with the next ticket, then for each of a round of slots the ticket that it lets in. */
export function ticketLockWith(mistake: TicketMistake): LockKind {
  return kindOf(
    `ticket lock: ${mistake}`,
    (members) => 1 + members,
    ({ words }, next, members) => {
      const slotOf = (ticket: number): number => next + 1 + (ticket % members);
      let ticket = 0;
      return exclusive({
        lock() {
          ticket = words.add(next, 1);
          while (words.load(slotOf(ticket)) !== ticket) words.spin();
        },
        unlock() {
          const called = mistake === 'none' ? ticket + 1 : ticket + 2;
          words.store(slotOf(called), ticket + 1);
        },
      });
    },
  );
}

export type McsMistake = 'none' | 'flag set after linking';

/** The tail, then for each member who stands behind (plus one) and whether it has to wait. */
export function mcsLockWith(mistake: McsMistake): LockKind {
  return kindOf(
    `MCS lock: ${mistake}`,
    (members) => 1 + 2 * members,
    ({ words, self }, tail) => {
      const behind = (member: number): number => tail + 1 + 2 * member;
      const waits = (member: number): number => tail + 2 + 2 * member;
      return exclusive({
        lock() {
          const ahead = words.exchange(tail, self + 1) - 1;
          if (ahead < 0) return;
          if (mistake === 'none') words.store(waits(self), 1);
          words.store(behind(ahead), self + 1);
          if (mistake !== 'none') words.store(waits(self), 1);
          while (words.load(waits(self)) !== 0) words.spin();
        },
        unlock() {
          if (words.load(behind(self)) === 0) {
            if (words.compareExchange(tail, self + 1, 0) === self + 1) return;
            while (words.load(behind(self)) === 0) words.spin();
          }
          const next = words.load(behind(self)) - 1;
          words.store(behind(self), 0);
          words.store(waits(next), 0);
        },
      });
    },
  );
}

export type SeqlockMistake = 'none' | 'no recheck' | 'reads while odd';

/** A version, odd while somebody writes. */
export function seqlockWith(mistake: SeqlockMistake): LockKind {
  const open = ({ words }: LockContext, version: number): LockHandle => ({
    write(action) {
      for (;;) {
        const seen = words.load(version);
        if (seen % 2 === 1) words.spin();
        else if (words.compareExchange(version, seen, seen + 1) === seen) break;
      }
      action();
      words.add(version, 1);
    },
    read(action) {
      for (;;) {
        const seen = words.load(version);
        if (seen % 2 === 1 && mistake !== 'reads while odd') {
          words.spin();
          continue;
        }
        const value = action();
        if (mistake === 'no recheck' || words.load(version) === seen) return value;
      }
    },
  });
  return kindOf(`seqlock: ${mistake}`, () => 1, open, true);
}

/** A mutex whose readers look without it, and tell nobody what they saw. */
export function mutexWithoutReaders(): LockKind {
  const mutex = mutexWith('none');
  return {
    ...mutex,
    name: 'mutex that readers do not take',
    open(...opened) {
      const handle = mutex.open(...opened);
      return {
        write: (action) => handle.write(action),
        read(action) {
          action();
          return 0;
        },
      };
    },
  };
}
