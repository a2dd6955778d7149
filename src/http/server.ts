import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Calendar } from '../base/clock.ts';
import type { Accounts } from '../service/accounts.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import type { BoxOffice } from '../service/box-office.ts';
import { answerUnknown } from './allowed-methods.ts';
import type { App, Desk } from './app.ts';
import { EventPages } from './event-pages.ts';
import { Idempotency } from './idempotency.ts';
import { readJson } from './json.ts';
import { describeRoutes } from './openapi.ts';
import { answerError } from './problems.ts';
import { accountRoutes } from './routes/accounts.ts';
import { eventRoutes } from './routes/events.ts';
import { homeRoutes } from './routes/home.ts';
import { plainRoutes } from './routes/plain-forms.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { securityHeaders } from './security-headers.ts';
import { DEFAULT_PAGES, type ServerSettings } from './settings.ts';
import type { Tokens } from './tokens.ts';

/** What one thread's server is made of. */
export interface ServerParts {
  readonly office: BoxOffice;
  readonly backOffice: BackOfficeCalls;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly calendar: Calendar;
  readonly settings: Pick<ServerSettings, 'tokens' | 'pages'>;
  /** What stands before the routes, in this order: admission, limits, logs, metrics. */
  readonly edge: readonly ((app: FastifyInstance) => void)[];
  readonly options: FastifyServerOptions;
}

/** What no server may be told otherwise: bodies are taken as they are, or not at all. */
const OPTIONS: FastifyServerOptions = {
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
};

/** A server that does not listen yet. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = Fastify({ ...parts.options, ...OPTIONS, frameworkErrors: answerUnrouted });
  app.decorateRequest('caller', null as never);
  app.addHook('onRequest', securityHeaders);
  // Before any routes: it takes note of all of them.
  answerUnknown(app.withTypeProvider());
  for (const install of parts.edge) install(app);
  app.setErrorHandler(answerError);
  readJson(app);
  await addRoutes(app.withTypeProvider(), deskOf(parts));
  await app.ready();
  return app;
}

async function addRoutes(app: App, desk: Desk): Promise<void> {
  await describeRoutes(app);
  homeRoutes(app);
  accountRoutes(app, desk);
  eventRoutes(app, desk);
  reservationRoutes(app, desk);
  // In a context of their own, which reads bodies of whatever type.
  await app.register(async (plain) => plainRoutes(plain, desk));
}

function deskOf({ office, backOffice, accounts, tokens, calendar, settings }: ServerParts): Desk {
  const pages = new EventPages(office, calendar, settings.pages ?? DEFAULT_PAGES);
  const idempotency = new Idempotency(settings.tokens.secret, calendar);
  return { office, backOffice, accounts, tokens, calendar, pages, idempotency };
}

/** What is no path at all comes to no hook. */
function answerUnrouted(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  securityHeaders(request, reply, () => answerError(error, request, reply));
}
