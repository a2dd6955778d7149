import type { FastifyInstance, FastifyServerOptions, LightMyRequestResponse } from 'fastify';
import { type Calendar, calendarOrigin, steadyCalendar } from '../../src/base/clock.ts';
import { createServer } from '../../src/http/server.ts';
import type { PageSettings } from '../../src/http/settings.ts';
import { Tokens } from '../../src/http/tokens.ts';
import { Accounts } from '../../src/service/accounts.ts';
import type { BoxOfficeTerms } from '../../src/service/box-office.ts';
import { type HashCost, PasswordHasher } from '../../src/service/password.ts';
import type { Records } from '../../src/service/records/records.ts';
import type { Account } from '../../src/service/terms.ts';
import { type OpenOffice, openOffice } from './open-office.ts';

/** What a guess costs where nobody guesses. */
export const CHEAP: HashCost = { log2N: 4, r: 8, p: 1 };
export const SECRET: string = Buffer.alloc(32, 7).toString('base64url');
export const PASSWORD = 'correct horse';

/** A calendar that a test sets forward. */
export class SettableCalendar implements Calendar {
  #aheadMs = 0;
  readonly #real = steadyCalendar(calendarOrigin());

  nowMs(): number {
    return this.#real.nowMs() + this.#aheadMs;
  }

  pass(durationMs: number): void {
    this.#aheadMs += durationMs;
  }
}

/** What there may be in an answer; the test knows which of it there is. */
export interface Told {
  readonly id: string;
  readonly token: string;
  readonly account: Told;
  readonly role: string;
  readonly tickets: string[];
  readonly state: string;
  readonly quantity: number;
  readonly events: Told[];
  readonly reservations: Told[];
  readonly available: number;
  readonly version: number;
  readonly asOf: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors: string[];
  readonly asked: number;
  readonly retryAfterSeconds: number;
}

export interface Asked {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly text: string;
  readonly body: Told;
}

export interface OpenServer extends OpenOffice {
  readonly app: FastifyInstance;
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  readonly calendar: SettableCalendar;
  /** `POST /events`, say, with a body and headers; a token is put where it belongs. */
  readonly ask: (
    what: string,
    options?: { body?: unknown; token?: string | undefined; headers?: Record<string, string> },
  ) => Promise<Asked>;
  /** A token of a new account of this role. */
  readonly join: (
    name: string,
    role?: 'admin' | 'organizer' | 'customer',
  ) => Promise<{ token: string; id: string }>;
}

/** A server over a box office with one till, all in this thread, that listens nowhere. */
export async function openServer(
  settings: {
    readonly terms?: Partial<BoxOfficeTerms>;
    readonly maxEvents?: number;
    readonly pages?: PageSettings;
    readonly records?: Records;
    readonly options?: FastifyServerOptions;
  } = {},
): Promise<OpenServer> {
  const { pages, options = {}, ...officeSettings } = settings;
  const opened = await openOffice(officeSettings);
  const { office, backOffice } = opened;
  const calendar = new SettableCalendar();
  const tokenSettings = { secret: SECRET, ttlMs: 600_000 };
  const tokens = await Tokens.open(tokenSettings, backOffice, calendar);
  const accounts = new Accounts({ backOffice, calendar, hasher: new PasswordHasher(CHEAP) });
  const parts = { office, backOffice, tokens, accounts, calendar, edge: [], options };
  const app = await createServer({ ...parts, settings: { tokens: tokenSettings, pages } });
  return {
    ...opened,
    app,
    tokens,
    accounts,
    calendar,
    async ask(what, { body, token, headers = {} } = {}) {
      const [method, url] = what.split(' ') as ['GET', string];
      const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const typed = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await app.inject({
        method,
        url,
        headers: { ...typed, ...bearer, ...headers },
        ...(body === undefined ? {} : { payload }),
      });
      return asked(response);
    },
    async join(name, role = 'customer') {
      if (role === 'admin') await accounts.ensureAdmin(name, PASSWORD);
      else await accounts.register({ name, password: PASSWORD, role });
      const account = (await backOffice.credentials(name)) as Account;
      const { token } = await tokens.issue(account);
      return { token, id: account.id };
    },
    async close() {
      await app.close();
      await opened.close();
    },
  };
}

function asked({ statusCode, headers, body }: LightMyRequestResponse): Asked {
  return {
    status: statusCode,
    headers: headers as Asked['headers'],
    text: body,
    body:
      body !== '' && String(headers['content-type']).includes('json')
        ? (JSON.parse(body) as Told)
        : ({} as Told),
  };
}
