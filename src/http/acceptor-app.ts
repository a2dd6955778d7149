import type { FastifyInstance } from 'fastify';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import type { BoxOffice } from '../service/box-office.ts';
import { createServer } from './server.ts';
import type { ServerSettings } from './settings.ts';

/** What one thread serves with. */
export interface AppParts {
  readonly settings: ServerSettings;
  readonly office: BoxOffice;
  readonly backOffice: BackOfficeCalls;
  /** Which of the threads it is, and of how many: limits of a server are shared among them. */
  readonly self: number;
  readonly acceptors: number;
}

/** The server of one thread, which does not listen yet. */
export function acceptorApp({ settings, office }: AppParts): Promise<FastifyInstance> {
  const { bodyBytes, requestTimeoutMs, keepAliveTimeoutMs } = settings.limits;
  return createServer({
    office,
    edge: [],
    options: {
      bodyLimit: bodyBytes,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
  });
}
