// The box office's words as they are told over HTTP: times as ISO 8601, and nothing that is only ours.
import { isoTime } from '../base/time-text.ts';
import type { NewAccount, NewEvent } from '../service/records/records.ts';
import {
  type Account,
  type Reservation,
  type ReservationState,
  type Role,
  type TicketEvent,
  ticketsOf,
} from '../service/terms.ts';

export interface EventView {
  readonly id: string;
  readonly name: string;
  readonly date: string;
  readonly priceCents: number;
  readonly capacity: number;
  readonly available: number;
  readonly version: number;
  readonly asOf: string;
}

export interface ReservationView {
  readonly id: string;
  readonly eventId: string;
  readonly quantity: number;
  readonly tickets: string[];
  readonly state: ReservationState;
  readonly priceCents: number;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly changedAt: string;
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
}

/** @param asOf no later than `available` was read */
export function eventView(event: TicketEvent, available: number, asOf: string): EventView {
  const { id, name, date, priceCents, capacity, version } = event;
  return { id, name, date, priceCents, capacity, available, version, asOf };
}

/** An event as it is when nobody has bought of it yet. */
export function newEventView(event: NewEvent): EventView {
  const first = { ...event, number: 0, version: 1 };
  return eventView(first, event.capacity, isoTime(event.createdAtMs));
}

export function reservationView(reservation: Reservation): ReservationView {
  const { id, eventId, quantity, state, priceCents } = reservation;
  const { createdAtMs, expiresAtMs, changedAtMs } = reservation;
  const createdAt = isoTime(createdAtMs);
  return {
    id,
    eventId,
    quantity,
    tickets: ticketsOf(reservation),
    state,
    priceCents,
    createdAt,
    expiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs),
    changedAt: changedAtMs === createdAtMs ? createdAt : isoTime(changedAtMs),
  };
}

export function accountView({ id, name, role, createdAtMs }: Account | NewAccount): AccountView {
  return { id, name, role, createdAt: isoTime(createdAtMs) };
}
