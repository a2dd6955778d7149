import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { BoxOffice } from '../service/box-office.ts';

/** What one thread's server is made of. */
export interface ServerParts {
  readonly office: BoxOffice;
  /** What stands before the routes, in this order: admission, limits, logs, metrics. */
  readonly edge: readonly ((app: FastifyInstance) => void)[];
  readonly options: FastifyServerOptions;
}

/** A server that does not listen yet. */
export async function createServer({ edge, options }: ServerParts): Promise<FastifyInstance> {
  const app = Fastify(options);
  for (const install of edge) install(app);
  await app.ready();
  return app;
}
