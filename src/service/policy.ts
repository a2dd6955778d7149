// Who may do what: one table, and the two questions that depend on whose something is.
import { Refusal } from './refusals.ts';
import { type Account, GUEST_ID, type Reservation, type Role, type TicketEvent } from './terms.ts';

/** Somebody who asks: an account, or a guest where those are let in. */
export type Caller = Pick<Account, 'id' | 'number' | 'role'> | Guest;

/** Somebody without an account. */
export interface Guest {
  readonly id: typeof GUEST_ID;
  readonly number: 0;
  readonly role: 'guest';
}

export const GUEST: Guest = { id: GUEST_ID, number: 0, role: 'guest' };

/** What guests may do: buy, or also what organizers may. */
export const GUEST_RIGHTS = ['none', 'buy', 'all'] as const;
export type GuestRights = (typeof GUEST_RIGHTS)[number];

/** What there is to do that not everybody may. */
export type Action =
  | 'createEvent'
  | 'editEvent'
  | 'removeEvent'
  | 'seeTotals'
  | 'reserve'
  | 'settle'
  | 'listOwn'
  | 'listAccounts'
  | 'changeRole';

/** What somebody may do by who he is; whether with this very thing, the functions below say. */
const RIGHTS: Readonly<Record<Action, readonly Role[]>> = {
  createEvent: ['organizer'],
  editEvent: ['organizer'],
  removeEvent: ['organizer', 'admin'],
  seeTotals: ['organizer', 'admin'],
  reserve: ['customer'],
  settle: ['customer'],
  listOwn: ['customer'],
  listAccounts: ['admin'],
  changeRole: ['admin'],
};

const GUESTS: Readonly<Record<GuestRights, readonly Action[]>> = {
  none: [],
  buy: ['reserve', 'settle'],
  all: ['reserve', 'settle', 'createEvent', 'editEvent', 'removeEvent', 'seeTotals'],
};

/**
 * Lets those go on who may do this at all.
 * @throws Refusal `not-logged-in` to a guest, `forbidden` to an account
 */
export function requireRight(caller: Caller, action: Action, guests: GuestRights): void {
  if (caller.role === 'guest') {
    if (GUESTS[guests].includes(action)) return;
    throw new Refusal(
      'not-logged-in',
      'log in first, and send the token as "Authorization: Bearer ..."',
    );
  }
  const allowed: readonly Role[] = RIGHTS[action];
  if (allowed.includes(caller.role)) return;
  throw new Refusal(
    'forbidden',
    `this is for ${allowed.join(' and ')} accounts; yours is ${caller.role}`,
  );
}

/** Events are their organizer's; an admin may see and remove all. */
export function requireOwnEvent(caller: Caller, event: TicketEvent): void {
  if (caller.role === 'admin' || event.organizerId === caller.id) return;
  throw new Refusal('forbidden', 'this event is another organizer’s');
}

/** Whether somebody may know of a reservation: others are told that there is none. */
export function mayKnow(caller: Caller, reservation: Reservation): boolean {
  return caller.role === 'admin' || reservation.accountId === caller.id;
}
