/** Why the box office does not do what it was asked, each with the HTTP status that says so best. */
export const REFUSALS = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  'not-logged-in': { status: 401, title: 'This needs somebody who is logged in' },
  'wrong-credentials': { status: 401, title: 'No account has this name and password' },
  forbidden: { status: 403, title: 'This account may not do that' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'sold-out': { status: 409, title: 'Not enough tickets available' },
  'name-taken': { status: 409, title: 'Another account has this name' },
  'event-changed': { status: 409, title: 'Somebody else has edited the event meanwhile' },
  'not-held': { status: 409, title: 'The reservation is no longer held' },
  'capacity-sold': { status: 409, title: 'More tickets are sold than would be left' },
  'in-flight': { status: 409, title: 'A request with this Idempotency-Key is still worked on' },
  'key-reused': { status: 422, title: 'This Idempotency-Key was sent with another request' },
  'limit-reached': { status: 422, title: 'That is more than this server keeps' },
  throttled: { status: 429, title: 'Too many requests' },
  overloaded: { status: 429, title: 'Too many requests are waiting already' },
  contended: { status: 503, title: 'Too many buyers came at the same moment' },
  'in-doubt': { status: 503, title: 'Nobody knows yet whether this was done' },
  unavailable: { status: 503, title: 'The records cannot be written at the moment' },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** What more there is to say, such as how many tickets are left. */
export type RefusalDetails = Readonly<Record<string, string | number>>;

/** The box office says no. Whoever asked is told the code, the message and the details, and nothing else. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
