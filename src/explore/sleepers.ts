// Where each client stands among those who sleep, as one number in the second part of a state: it
// runs, is dead, or sleeps, the first sleeper having place 1. Words are woken in the order of sleep.

export const RUNNING = 0;
export const DEAD = -1;

/** Puts `client` behind all who sleep already. */
export function joinSleepers(state: Int32Array, size: number, client: number): void {
  let last = RUNNING;
  for (let other = 0; other < size; other++) last = Math.max(last, state[size + other] as number);
  state[size + client] = last + 1;
}

/** Lets `client` run, or die, whether it slept or not. */
export function leaveSleepers(
  state: Int32Array,
  size: number,
  client: number,
  status: number,
): void {
  const place = state[size + client] as number;
  state[size + client] = status;
  if (place <= RUNNING) return;
  // Places stay the smallest there are, so that equal orders of sleepers are equal states.
  for (let other = 0; other < size; other++) {
    const behind = state[size + other] as number;
    if (behind > place) state[size + other] = behind - 1;
  }
}
