import type { FastifyInstance } from 'fastify';

/**
 * Why a server had better be sent no requests. Too many requests are no reason: they are refused one by one, and
 * whoever balances load would send them to the other servers, which then have too many.
 */
export type UnreadyReason = 'starting' | 'draining' | 'stalled' | 'records-cannot-be-written';

/** Whether this thread is ready for requests. */
export class Readiness {
  readonly #reasons = new Set<UnreadyReason>();

  constructor(...reasons: readonly UnreadyReason[]) {
    for (const reason of reasons) this.#reasons.add(reason);
  }

  set(reason: UnreadyReason, holds: boolean): void {
    if (holds) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
  }

  get reasons(): readonly UnreadyReason[] {
    return [...this.#reasons];
  }
}

/** Where health is asked for, and metrics: let in at any time. */
export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/live', '/ready', '/metrics']);

/** `GET /live`: 200 while this thread serves. `GET /ready`: 200, or 503 with the reasons. */
export function installHealth(readiness: Readiness): (app: FastifyInstance) => void {
  return (app) => {
    app.get('/live', (_request, reply) => {
      reply.header('cache-control', 'no-store').send({ status: 'live' });
    });
    app.get('/ready', (_request, reply) => {
      const { reasons } = readiness;
      const status = reasons.length === 0 ? 'ready' : 'unready';
      reply.code(reasons.length === 0 ? 200 : 503).header('cache-control', 'no-store');
      reply.send({ status, reasons });
    });
  };
}
