// What requests may say and what answers do. Bodies are taken as they are: "2" is no number, and a field that is not
// known is a mistake of somebody who should be told.
import type { TProperties, TSchema, TUnsafe } from 'typebox';
import {
  ACCOUNT_NAME,
  type LogIn,
  OPEN_ROLES,
  PASSWORD_LENGTH,
  type Registration,
} from '../service/accounts.ts';
import { type EventFields, RESERVATION_STATES, ROLES, type Role } from '../service/terms.ts';
import { Type } from './typebox.ts';

/** More than anything costs. */
export const PRICE_MAX: number = 1e9;
/** More than any strategy counts. */
export const CAPACITY_MAX: number = 2 ** 30;

const Time = Type.String({ format: 'date-time' });
const Id = Type.String({ minLength: 1, maxLength: 100 });
const Count = Type.Integer({ minimum: 1, maximum: CAPACITY_MAX });
/** In a path or a query all is text. */
const DIGITS = {
  pattern: '^(0|[1-9][0-9]{0,14})$',
  description: 'a whole number in decimal digits',
};
const Digits = Type.String(DIGITS);

/** An object with these fields and no others. */
function closed<T>(properties: TProperties, more: object = {}): TUnsafe<T> {
  return Type.Unsafe<T>(Type.Object(properties, { additionalProperties: false, ...more }));
}

export interface IdParams {
  readonly id: string;
}
export const IdParams: TUnsafe<IdParams> = closed({ id: Id });

export interface PageQuery {
  readonly limit?: string;
  readonly after?: string;
}
export const PageQuery: TUnsafe<PageQuery> = closed({
  limit: Type.Optional(Digits),
  after: Type.Optional(Id),
});

const EVENT_NAME = {
  pattern: '^(?=[^]*\\S)[^\\p{Cc}\\p{Cs}]*$',
  description: '1 to 200 characters, none of them for control',
};
const EVENT_FIELDS = {
  name: Type.String({ minLength: 1, maxLength: 200, ...EVENT_NAME }),
  date: Type.Union([Type.String({ format: 'date' }), Type.String({ format: 'iso-date-time' })], {
    description: 'ISO 8601: a day, or a moment',
  }),
  priceCents: Type.Integer({ minimum: 0, maximum: PRICE_MAX }),
  capacity: Count,
};

export type NewEventBody = Omit<EventFields, 'priceCents'> & Partial<EventFields>;
export const NewEventBody: TUnsafe<NewEventBody> = closed({
  ...EVENT_FIELDS,
  priceCents: Type.Optional(EVENT_FIELDS.priceCents),
});

export interface EventEditBody extends Partial<EventFields> {
  readonly version?: number;
}
export const EventEditBody: TUnsafe<EventEditBody> = closed(
  {
    name: Type.Optional(EVENT_FIELDS.name),
    date: Type.Optional(EVENT_FIELDS.date),
    priceCents: Type.Optional(EVENT_FIELDS.priceCents),
    capacity: Type.Optional(EVENT_FIELDS.capacity),
    version: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { minProperties: 1 },
);

export const TicketEvent: TSchema = Type.Object({
  id: Id,
  name: Type.String(),
  date: Type.String(),
  priceCents: Type.Integer(),
  capacity: Type.Integer(),
  available: Type.Integer(),
  version: Type.Integer(),
  asOf: Time,
});
export const EventList: TSchema = Type.Object({ events: Type.Array(TicketEvent), asOf: Time });
export const Totals: TSchema = Type.Object({
  held: Type.Integer(),
  confirmed: Type.Integer(),
  available: Type.Integer(),
});

export interface ReservationBody {
  readonly eventId: string;
  readonly quantity: number;
  readonly hold?: boolean;
}
export const ReservationBody: TUnsafe<ReservationBody> = closed({
  eventId: Id,
  quantity: Count,
  hold: Type.Optional(Type.Boolean()),
});
const RESERVATION_FIELDS = {
  id: Id,
  eventId: Id,
  quantity: Type.Integer(),
  tickets: Type.Array(Type.String()),
  state: Type.Enum([...RESERVATION_STATES]),
  priceCents: Type.Integer(),
  createdAt: Time,
  expiresAt: Type.Union([Time, Type.Null()]),
  changedAt: Time,
};
export const Reservation: TSchema = Type.Object(RESERVATION_FIELDS);

// The serializer's word for a text that has nothing to be escaped.
const UNESCAPED = { format: 'unsafe' };
const Plain = Type.String(UNESCAPED);
/**
 * The same, for a serializer that does not look at each character of what this server has made up itself: ids, names of tickets,
 * states and times. That look is half of its work.
 */
export const PlainReservation: TSchema = Type.Object({
  ...RESERVATION_FIELDS,
  id: Plain,
  eventId: Plain,
  tickets: Type.Array(Plain),
  state: Plain,
  createdAt: Plain,
  expiresAt: Type.Unsafe({ type: ['string', 'null'], ...UNESCAPED }),
  changedAt: Plain,
});
export const ReservationList: TSchema = Type.Object({ reservations: Type.Array(Reservation) });

const Password = Type.String({ minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max });
/** Wrong names and passwords are wrong, not malformed; but nothing huge is hashed. */
const Guess = Type.String({ maxLength: PASSWORD_LENGTH.max });

export const RegistrationBody: TUnsafe<Registration> = closed({
  name: Type.String({ pattern: ACCOUNT_NAME.pattern.source, description: ACCOUNT_NAME.allowed }),
  password: Password,
  role: Type.Optional(Type.Enum([...OPEN_ROLES])),
});
/** What texts must look like, in words: for people, in the place of the pattern. */
export const PATTERNS: ReadonlyMap<string, string> = new Map([
  [DIGITS.pattern, DIGITS.description],
  [EVENT_NAME.pattern, EVENT_NAME.description],
  [ACCOUNT_NAME.pattern.source, ACCOUNT_NAME.allowed],
]);
export type LogInBody = Omit<LogIn, 'address'>;
export const LogInBody: TUnsafe<LogInBody> = closed({ name: Guess, password: Guess });

export interface PasswordBody {
  readonly current: string;
  readonly next: string;
}
export const PasswordBody: TUnsafe<PasswordBody> = closed({ current: Guess, next: Password });

export interface RoleBody {
  readonly role: Role;
}
export const RoleBody: TUnsafe<RoleBody> = closed({ role: Type.Enum([...ROLES]) });

export const Account: TSchema = Type.Object({
  id: Id,
  name: Type.String(),
  role: Type.Enum([...ROLES]),
  createdAt: Time,
});
export const AccountList: TSchema = Type.Object({ accounts: Type.Array(Account) });
export const Session: TSchema = Type.Object({
  token: Type.String(),
  expiresAt: Time,
  account: Account,
});

export interface NumTicketsQuery {
  readonly num_tickets: string;
}
export const NumTicketsQuery: TUnsafe<NumTicketsQuery> = closed({ num_tickets: Digits });

export interface TicketsQuery {
  readonly eventId: string;
  readonly tickets: string;
}
export const TicketsQuery: TUnsafe<TicketsQuery> = closed({ eventId: Id, tickets: Digits });
export const TicketIds: TSchema = Type.Array(Type.String());

export interface PlainEvent {
  readonly name?: string;
  readonly date?: string;
  readonly total_tickets?: string | number;
  readonly capacity?: string | number;
  readonly priceCents?: string | number;
}
const PlainNumber = Type.Union([Digits, Type.Integer({ minimum: 0, maximum: CAPACITY_MAX })]);
const PLAIN_EVENT = {
  name: Type.Optional(EVENT_FIELDS.name),
  date: Type.Optional(EVENT_FIELDS.date),
  total_tickets: Type.Optional(PlainNumber),
  capacity: Type.Optional(PlainNumber),
  priceCents: Type.Optional(PlainNumber),
};
/** Told in a query or in a body: either will do. */
export const PlainEvent: TUnsafe<PlainEvent> = closed(PLAIN_EVENT);
export const PlainEventBody: TUnsafe<PlainEvent | null> = closed(PLAIN_EVENT, {
  type: ['object', 'null'],
});

/** A problem document, as RFC 9457 has it. */
export const ProblemDocument: TSchema = Type.Object({
  type: Type.String({ format: 'uri' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.Optional(
    Type.String({
      description:
        'urn:onsale:request: and the id of the request, as X-Request-Id and the log have it',
    }),
  ),
  errors: Type.Optional(Type.Array(Type.String())),
});
