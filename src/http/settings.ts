// What a server is told when it starts; all of it can be cloned from one thread to another.
import type { LogLevel } from '../base/log-line.ts';
import type { BoxOfficeTerms } from '../service/box-office.ts';
import type { Durability } from '../service/records/records.ts';

/** Where the books and the stock are. */
export type Keeping =
  /** In memory: all ends with the server. */
  | { readonly kind: 'memory' }
  /** In an embedded database. */
  | { readonly kind: 'folder'; readonly folder: string; readonly durability: Durability }
  /** In PostgreSQL, with a gate in Redis if that is given: other servers may sell from the same. */
  | { readonly kind: 'postgres'; readonly url: string; readonly redis: string | undefined };

/** What is let in at a time; beyond it, requests are refused at once. */
export interface AdmissionSettings {
  /** Requests that are worked on at the same time, over all threads. */
  readonly concurrency: number;
  /** Requests that wait for one of those to end. */
  readonly queue: number;
  /** Requests that one address may make in a second, on average; 0: as many as it likes. */
  readonly clientRatePerSecond: number;
  /** Open connections, over all threads. */
  readonly connections: number;
}

/** How much of a request is read, and for how long. */
export interface RequestLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** For all of a request to arrive. */
  readonly requestTimeoutMs: number;
  /** For its headers to arrive. */
  readonly headersTimeoutMs: number;
  /** A connection without a request is closed after so long. */
  readonly keepAliveTimeoutMs: number;
  /** Event-loop delay beyond which new requests are refused. */
  readonly stallMs: number;
}

export interface LogSettings {
  readonly level: LogLevel;
  /** A file that lines are appended to; undefined: standard error. */
  readonly file: string | undefined;
}

export interface TokenSettings {
  /** 32 bytes or more, in base64url, from which tokens are signed. */
  readonly secret: string;
  readonly ttlMs: number;
}

/** How old what is listed may be. */
export interface PageSettings {
  /** A page is used for so long, if no event is new, edited or gone meanwhile. */
  readonly maxAgeMs: number;
  /** While a newer one is made, the old one is given to those who come, if it is younger than this. */
  readonly staleMs: number;
}

export interface ServerSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How many threads accept connections. */
  readonly threads: number;
  /** As `loadStrategy` finds it. */
  readonly strategy: string;
  readonly keeping: Keeping;
  readonly maxEvents: number;
  readonly maxTickets: number;
  readonly terms: BoxOfficeTerms;
  readonly admission: AdmissionSettings;
  readonly limits: RequestLimits;
  readonly tokens: TokenSettings;
  /** Undefined: {@link DEFAULT_PAGES}. */
  readonly pages?: PageSettings | undefined;
  readonly log: LogSettings;
}

/** What most servers are well served with. */
export const DEFAULT_ADMISSION: AdmissionSettings = {
  concurrency: 256,
  queue: 1024,
  clientRatePerSecond: 0,
  connections: 10_000,
};

export const DEFAULT_LIMITS: RequestLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  requestTimeoutMs: 10_000,
  headersTimeoutMs: 5000,
  keepAliveTimeoutMs: 30_000,
  stallMs: 250,
};

export const DEFAULT_PAGES: PageSettings = { maxAgeMs: 100, staleMs: 1000 };
