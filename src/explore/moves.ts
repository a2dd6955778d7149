/** What can happen next: a client takes its step, or something happens to it. */
export const MOVE = { step: 0, crash: 1, wake: 2, timeOut: 3 } as const;

/** Bits of a move that tell the client. */
const CLIENT_BITS = 4;
/** Most clients of a program. */
export const MAX_CLIENTS: number = 1 << CLIENT_BITS;

export function moveOf(kind: number, client: number): number {
  return (kind << CLIENT_BITS) | client;
}

export function kindOf(move: number): number {
  return move >> CLIENT_BITS;
}

export function clientOf(move: number): number {
  return move & (MAX_CLIENTS - 1);
}

/** What may happen beside the clients' own steps, and how often. */
export interface Faults {
  /** Clients that die, between any two steps. */
  readonly crashes: number;
  /** Sleepers that wake although nobody woke them. */
  readonly spurious: number;
  /** Sleeps that end because their time is up, although everybody lives. */
  readonly timeOuts: number;
}

/** Nothing but the clients' own steps. */
export const NO_FAULTS: Faults = { crashes: 0, spurious: 0, timeOuts: 0 };

/** Whether anything happens beside the clients' own steps. */
export function mayFail({ crashes, spurious, timeOuts }: Faults): boolean {
  return crashes + spurious + timeOuts > 0;
}

// The fault word: how many crashes, spurious wake-ups and time-outs there were; and for each client,
// whether it has woken for nothing, its time being up, since memory last changed.
export const SPURIOUS_SHIFT = 4;
export const TIME_OUTS_SHIFT = 8;
export const COUNT_MASK = 15;
export const TIMED_OUT_SHIFT = 12;
export const COUNTS_MASK: number = (1 << TIMED_OUT_SHIFT) - 1;
