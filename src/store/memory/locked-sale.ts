import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';

/** How a strategy keeps others out while it touches an event. */
export interface SaleLock {
  enter(event: number): void;
  leave(event: number): void;
  enterToRead(event: number): void;
  leaveAfterReading(event: number): void;
}

/** What one thread at a time can have. */
export interface Lock {
  lock(): void;
  unlock(): void;
}

/** A lock for each event, which those who only look take, too. */
export function lockPerEvent(events: number, lockOf: (event: number) => Lock): SaleLock {
  const locks = Array.from({ length: events }, (_, event) => lockOf(event));
  const enter = (event: number): void => (locks[event] as Lock).lock();
  const leave = (event: number): void => (locks[event] as Lock).unlock();
  return { enter, leave, enterToRead: enter, leaveAfterReading: leave };
}

/** A reserver that does everything under `lock`, and so needs plain reads and writes only. */
export function sellUnderLock({ words, inventory, work }: SaleContext, lock: SaleLock): Reserver {
  return {
    // No `finally`: a thread that fails inside leaves the stock in doubt, and the lock taken. The run
    // is over then, and whoever waits is told that the owner died.
    reserve(event, quantity) {
      if (quantity < 1) return FAILED;
      lock.enter(event);
      const at = inventory.remaining(event);
      const seen = words.get(at);
      let ticket = SOLD_OUT;
      if (seen >= quantity) {
        work();
        words.set(at, seen - quantity);
        ticket = inventory.issueLocked(event, quantity);
      }
      lock.leave(event);
      return ticket;
    },
    cancel(event, _ticket, quantity) {
      lock.enter(event);
      const at = inventory.remaining(event);
      words.set(at, words.get(at) + quantity);
      lock.leave(event);
      return quantity;
    },
    available(event) {
      lock.enterToRead(event);
      const remaining = words.get(inventory.remaining(event));
      lock.leaveAfterReading(event);
      return remaining;
    },
    close() {},
  };
}
