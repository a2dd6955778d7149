import type { Reservation, ReservationState, SettledState } from '../terms.ts';

const WAYS: Readonly<Record<ReservationState, readonly SettledState[]>> = {
  held: ['confirmed', 'released', 'expired', 'cancelled'],
  confirmed: ['cancelled'],
  released: [],
  expired: [],
  cancelled: [],
};

/** The reservation in another state; undefined when there is no way to it, or it comes too late. */
export function settled(
  reservation: Reservation,
  to: SettledState,
  atMs: number,
): Reservation | undefined {
  if (!WAYS[reservation.state].includes(to)) return undefined;
  // Whether or not somebody has come by to expire it: a time limit that depends on that is none.
  if ((to === 'confirmed' || to === 'released') && isOver(reservation, atMs)) return undefined;
  return { ...reservation, state: to, expiresAtMs: null, changedAtMs: atMs };
}

/** Whether it is held for longer than it may be. */
export function isOver({ state, expiresAtMs }: Reservation, atMs: number): boolean {
  return state === 'held' && expiresAtMs !== null && expiresAtMs <= atMs;
}
