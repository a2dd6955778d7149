// The words of the box office: what it keeps, in the shapes in which everybody passes it on. All of them can be
// cloned from one thread to another.

/** Who somebody is to the box office. */
export const ROLES = ['admin', 'organizer', 'customer'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who can log in. */
export interface Account {
  /** Never given to anybody else, also after the account is gone. */
  readonly id: string;
  /** A small number of the same meaning, for strategies, which know clients by numbers. */
  readonly number: number;
  /** Unique whatever its case. */
  readonly name: string;
  readonly role: Role;
  /** Grows with every change of role or password: tokens of an older version are worth nothing. */
  readonly version: number;
  readonly createdAtMs: number;
}

/** An account with what proves that somebody is its owner. It never leaves the back office. */
export interface Credentials extends Account {
  /** In the PHC string format, with the parameters it was made with. */
  readonly passwordHash: string;
}

/** What an organizer says of an event. */
export interface EventFields {
  readonly name: string;
  /** ISO 8601: a day, or a moment of it. */
  readonly date: string;
  /** Of one ticket, in the hundredths of whatever money it is. */
  readonly priceCents: number;
  /** How many tickets there are in all, sold or not. */
  readonly capacity: number;
}

/** Something tickets are sold for. */
export interface TicketEvent extends EventFields {
  readonly id: string;
  /** A small number of the same meaning, by which stock is kept; never given to another event. */
  readonly number: number;
  /** The account that made it. */
  readonly organizerId: string;
  /** Grows with every edit. */
  readonly version: number;
  readonly createdAtMs: number;
}

/** Where a reservation stands: `held` can become any other, `confirmed` only `cancelled`, the rest nothing. */
export const RESERVATION_STATES = [
  'held',
  'confirmed',
  'released',
  'expired',
  'cancelled',
] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** What a hold or a sale can end as. */
export type SettledState = Exclude<ReservationState, 'held'>;

/** Tickets that somebody has, or had. */
export interface Reservation {
  readonly id: string;
  readonly eventId: string;
  readonly eventNumber: number;
  /** Of the account that reserved, or {@link GUEST_ID}. */
  readonly accountId: string;
  readonly quantity: number;
  /** Of one ticket, when it was reserved. */
  readonly priceCents: number;
  /** What tells the serials of one stock from those of the next, which begin again with 0. */
  readonly run: string;
  /** The first of the serials that the strategy granted. */
  readonly serial: number;
  /** By which the strategy was asked: where stock lies in a store, it is found again by this. */
  readonly order: number;
  readonly state: ReservationState;
  readonly createdAtMs: number;
  /** Until when it is held; null once that no longer matters. */
  readonly expiresAtMs: number | null;
  /** When it came to the state it is in. */
  readonly changedAtMs: number;
}

/** Who buys without an account, where that is allowed. */
export const GUEST_ID = 'guest';

/** Whether tickets of a reservation in this state are gone from the stock. */
export function takesStock(state: ReservationState): boolean {
  return state === 'held' || state === 'confirmed';
}

/** The names of a reservation's tickets; none of them is ever given to another. */
export function ticketsOf({ eventNumber, run, serial, quantity }: Reservation): string[] {
  const tickets: string[] = [];
  for (let at = 0; at < quantity; at++) tickets.push(`${eventNumber}-${run}-${serial + at}`);
  return tickets;
}

/** An answer that is given again to whoever asks again with the same key. */
export interface KeptAnswer {
  /** Whose key it is: two people may choose the same. */
  readonly scope: string;
  readonly key: string;
  /** What was asked, as a digest: with the same key, only the same may be asked. */
  readonly fingerprint: string;
  readonly status: number;
  /** The body, as it was sent. */
  readonly body: string;
  readonly atMs: number;
}
