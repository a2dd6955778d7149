import { InputError, shown } from '../../base/errors.ts';

/** What is sent to a service. */
export interface HttpRequest {
  readonly method: string;
  /** From the target on, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A text as it is; anything else is sent as JSON. */
  readonly body?: unknown;
}

/** What a service answered. */
export interface HttpAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: an adapter looks into what its own service answers.
  readonly json: any;
}

/** One thing that a service is asked, and how its answer is read. Pure functions, called in every thread. */
export interface Exchange<Asked, Told> {
  request(asked: Asked): HttpRequest;
  /**
   * What the answer means; undefined for one that cannot be read: then nobody knows what became of the request. So
   * does an error that it throws.
   */
  read(answer: HttpAnswer, asked: Asked): Told | undefined;
}

/** What every request is told. */
export interface AskedBy {
  /** What `setUp` answered with; null without it. */
  // biome-ignore lint/suspicious/noExplicitAny: only the adapter knows what its session is.
  readonly session: any;
}

export interface AskedToReserve extends AskedBy {
  /** The service's own id of the event. */
  readonly event: string;
  readonly quantity: number;
  /** The buyer's number, from 0. */
  readonly client: number;
  /** Unique for each order, of all sales: an idempotency key. */
  readonly key: string;
}

export interface AskedToCancel extends AskedToReserve {
  /** The tickets that the buyer was granted. */
  readonly tickets: readonly string[];
  /** What `reserve.read` said of the grant beside its tickets. */
  readonly receipt: string | undefined;
}

export interface AskedForEvent extends AskedBy {
  readonly event: string;
}

export interface AskedToCreate extends AskedBy {
  /** Unique, and no name that anybody would choose. */
  readonly name: string;
  readonly tickets: number;
}

/** An event as a service lists it. */
export interface ListedEvent {
  readonly id: string | number;
  /** Tickets that can still be had. */
  readonly available: number;
}

type TicketName = string | number;

/** Tickets by their ids, and a receipt where the service gives one; or one receipt for all tickets of the grant. */
export type HttpGrant =
  | { readonly tickets: readonly TicketName[]; readonly receipt?: TicketName | undefined }
  | { readonly receipt: TicketName; readonly quantity?: number | undefined };

/** No, and surely nothing was done: too few left, shed, gave up, anything else. */
export const REFUSED = ['sold out', 'busy', 'contended', 'failed'] as const;
export type HttpRefusal = (typeof REFUSED)[number];

/** Sends a request before the sale, and gives back the answer. */
export type Ask = (request: HttpRequest) => Promise<HttpAnswer>;

/** How a service that sells tickets over HTTP is spoken to. */
export interface Adapter {
  readonly name: string;
  /** Accounts, log-ins: what it answers with, anything that JSON can say, comes with every request. */
  setUp?(ask: Ask, sale: string): unknown;
  readonly list: Exchange<AskedBy, readonly ListedEvent[]>;
  readonly reserve: Exchange<AskedToReserve, HttpGrant | HttpRefusal> & {
    /** Whether the same `key` is never sold twice: then an order whose answer was lost is asked again. */
    readonly repeatable?: boolean;
  };
  readonly cancel?: Exchange<AskedToCancel, 'cancelled' | HttpRefusal> & {
    readonly repeatable?: boolean;
  };
  /** Makes an event for the sale; without it, the sale sells what the service lists. */
  readonly create?: Exchange<AskedToCreate, string | number>;
  /** Removes an event that `create` made. */
  readonly remove?: Exchange<AskedForEvent, 'removed'>;
  /** The names of all tickets of an event that are sold, or receipts where a grant has one for all. */
  readonly held?: Exchange<AskedForEvent, readonly TicketName[]>;
}

/**
 * Checks an adapter where it is written, and gives an editor its types.
 * @returns the same adapter, frozen
 * @throws InputError that says what is missing or wrong
 */
export function defineAdapter<Defined extends Adapter>(adapter: Defined): Readonly<Defined> {
  const fault = adapterFaultOf(adapter);
  if (fault !== undefined) throw new InputError(`an adapter ${fault}`);
  return Object.freeze(adapter);
}

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const NEEDED = ['list', 'reserve'] as const;
const OPTIONAL = ['cancel', 'create', 'remove', 'held'] as const;

/** What keeps a value from being an adapter, to complete "the adapter ..."; undefined if nothing does. */
export function adapterFaultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `must be an object; got ${shown(value)}`;
  const given = value as Partial<Record<keyof Adapter, unknown>>;
  const { name, setUp } = given;
  if (typeof name !== 'string' || !NAME.test(name)) {
    return `must have a name in lower case, such as my-shop; got ${shown(name)}`;
  }
  if (setUp !== undefined && typeof setUp !== 'function') {
    return `must give setUp as a function; got ${shown(setUp)}`;
  }
  const known: readonly string[] = ['name', 'setUp', ...NEEDED, ...OPTIONAL];
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray !== undefined) return `has ${stray}, which none has; there are ${known.join(', ')}`;
  for (const key of [...NEEDED, ...OPTIONAL]) {
    const isNeeded = NEEDED.some((each) => each === key);
    if (given[key] === undefined && !isNeeded) continue;
    const fault = exchangeFaultOf(given[key]);
    if (fault !== undefined) return `must have ${key} ${fault}`;
  }
  return given.remove !== undefined && given.create === undefined
    ? 'has remove, but no create: only events that it made are removed'
    : undefined;
}

function exchangeFaultOf(value: unknown): string | undefined {
  const { request, read } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof request === 'function' && typeof read === 'function') return undefined;
  const missing = typeof request === 'function' ? 'read' : 'request';
  const got = missing === 'read' ? read : request;
  return `with the functions request and read; ${value === undefined ? 'it is missing' : `${missing} is ${shown(got)}`}`;
}
