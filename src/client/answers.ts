// What the service tells, as far as the client uses it. A service that is none of ours is found out here.
import { listOf, nullable, number, object, oneOf, type Shape, text } from '../base/shape.ts';

/** An event on sale. */
export interface EventAnswer {
  readonly id: string;
  readonly name: string;
  readonly date: string;
  readonly priceCents: number;
  readonly capacity: number;
  readonly available: number;
  readonly version: number;
}

export interface ReservationAnswer {
  readonly id: string;
  readonly eventId: string;
  readonly quantity: number;
  readonly tickets: readonly string[];
  readonly state: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled';
  readonly priceCents: number;
  readonly expiresAt: string | null;
}

export interface AccountAnswer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** Somebody who has logged in, and what he shows from now on. */
export interface SessionAnswer {
  readonly token: string;
  readonly expiresAt: string;
  readonly account: AccountAnswer;
}

export interface TotalsAnswer {
  readonly held: number;
  readonly confirmed: number;
  readonly available: number;
}

export const eventShape: Shape<EventAnswer> = object<EventAnswer>({
  id: text,
  name: text,
  date: text,
  priceCents: number,
  capacity: number,
  available: number,
  version: number,
});
export const eventListShape: Shape<{ readonly events: readonly EventAnswer[] }> = object<{
  readonly events: readonly EventAnswer[];
}>({ events: listOf(eventShape) });

export const reservationShape: Shape<ReservationAnswer> = object<ReservationAnswer>({
  id: text,
  eventId: text,
  quantity: number,
  tickets: listOf(text),
  state: oneOf({ held: 1, confirmed: 1, released: 1, expired: 1, cancelled: 1 }),
  priceCents: number,
  expiresAt: nullable(text),
});
export const reservationListShape: Shape<{ readonly reservations: readonly ReservationAnswer[] }> =
  object<{ readonly reservations: readonly ReservationAnswer[] }>({
    reservations: listOf(reservationShape),
  });

export const accountShape: Shape<AccountAnswer> = object<AccountAnswer>({
  id: text,
  name: text,
  role: text,
});
export const sessionShape: Shape<SessionAnswer> = object<SessionAnswer>({
  token: text,
  expiresAt: text,
  account: accountShape,
});
export const totalsShape: Shape<TotalsAnswer> = object<TotalsAnswer>({
  held: number,
  confirmed: number,
  available: number,
});
