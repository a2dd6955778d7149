import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Calendar } from '../base/clock.ts';
import type { Accounts } from '../service/accounts.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import type { BoxOffice } from '../service/box-office.ts';
import type { Caller } from '../service/policy.ts';
import type { EventPages } from './event-pages.ts';
import type { Idempotency } from './idempotency.ts';
import type { ProblemCode } from './problem-kinds.ts';
import type { Tokens } from './tokens.ts';

/** A server whose handlers know what their schemas say. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What routes work with. */
export interface Desk {
  readonly office: BoxOffice;
  readonly backOffice: BackOfficeCalls;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly calendar: Calendar;
  readonly pages: EventPages;
  readonly idempotency: Idempotency;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; where a route has not found out, a guest. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What may go wrong, besides what may with every request. */
    readonly problems?: readonly ProblemCode[];
  }
}
