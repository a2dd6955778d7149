import type { Claim, NewAccount, NewEvent } from '../../src/service/records/records.ts';
import type { KeptAnswer, Reservation } from '../../src/service/terms.ts';

export function anAccount(fields: Partial<NewAccount> = {}): NewAccount {
  return {
    id: 'account-1',
    name: 'Ann',
    role: 'customer',
    passwordHash: '$scrypt$',
    createdAtMs: 1,
    ...fields,
  };
}

export function anEvent(fields: Partial<NewEvent> = {}): NewEvent {
  return {
    id: 'event-1',
    name: 'Concert',
    date: '2027-05-01',
    priceCents: 4200,
    capacity: 100,
    organizerId: 'account-1',
    createdAtMs: 1,
    ...fields,
  };
}

/** Held until 100, unless said otherwise. */
export function aReservation(fields: Partial<Reservation> = {}): Reservation {
  return {
    id: 'reservation-1',
    eventId: 'event-1',
    eventNumber: 0,
    accountId: 'account-1',
    quantity: 2,
    priceCents: 4200,
    run: 'r',
    serial: 0,
    order: 2 ** 48 - 1,
    state: 'held',
    createdAtMs: 10,
    expiresAtMs: 100,
    changedAtMs: 10,
    ...fields,
  };
}

export function aClaim(fields: Partial<Claim> = {}): Claim {
  return { scope: 'account-1', key: 'key-1', fingerprint: 'asked', atMs: 10, ...fields };
}

export function anAnswer(fields: Partial<KeptAnswer> = {}): KeptAnswer {
  return { ...aClaim(), status: 201, body: '{"done":"ä"}', ...fields };
}
