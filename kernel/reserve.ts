// Whole reservations as machine code, to compare with: what `--kernel wasm` would be if it were not only the operations
// on words but each strategy, written a second time. Addresses are in bytes; an event is two words, what remains and the
// next serial. bench/kernel.ts measures them; the lab does not use them.

const SOLD_OUT: i32 = -1;

export function compareAndSwap(event: usize, quantity: i32): i32 {
  while (true) {
    const seen = atomic.load<i32>(event);
    if (seen < quantity) return SOLD_OUT;
    if (atomic.cmpxchg<i32>(event, seen, seen - quantity) === seen) return issue(event, quantity);
  }
}

export function fetchAndSubtract(event: usize, quantity: i32): i32 {
  if (atomic.load<i32>(event) < quantity) return SOLD_OUT;
  if (atomic.sub<i32>(event, quantity) >= quantity) return issue(event, quantity);
  atomic.add<i32>(event, quantity);
  return SOLD_OUT;
}

/** Under the event's mutex at `lock`, which names its owner `mine` as src/store/locks/mutex.ts does. */
export function eventLock(event: usize, quantity: i32, lock: usize, mine: i32): i32 {
  if (atomic.cmpxchg<i32>(lock, FREE, mine) !== FREE) lockContested(lock, mine);
  const seen = load<i32>(event);
  let ticket = SOLD_OUT;
  if (seen >= quantity) {
    store<i32>(event, seen - quantity);
    ticket = load<i32>(event, 4);
    store<i32>(event, ticket + quantity, 4);
  }
  if (atomic.xchg<i32>(lock, FREE) & WAITED_FOR) atomic.notify(lock, 1);
  return ticket;
}

const FREE: i32 = 0;
const WAITED_FOR: i32 = 1;
const PATIENCE: i32 = 100;
const FOR_EVER: i64 = -1;

function lockContested(lock: usize, mine: i32): void {
  for (let turn = 1; turn < PATIENCE; turn++) {
    const free = atomic.load<i32>(lock) === FREE;
    if (free && atomic.cmpxchg<i32>(lock, FREE, mine) === FREE) return;
  }
  while (true) {
    const state = atomic.load<i32>(lock);
    if (state === FREE) {
      if (atomic.cmpxchg<i32>(lock, FREE, mine | WAITED_FOR) === FREE) return;
    } else if (
      (state & WAITED_FOR) !== 0 ||
      atomic.cmpxchg<i32>(lock, state, state | WAITED_FOR) === state
    ) {
      atomic.wait<i32>(lock, state | WAITED_FOR, FOR_EVER);
    }
  }
}

function issue(event: usize, quantity: i32): i32 {
  return atomic.add<i32>(event, quantity, 4);
}
