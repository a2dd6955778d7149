import type { FastifyInstance } from 'fastify';
import type { Connections } from './connections.ts';
import type { Readiness } from './health.ts';

/** What clients and load balancers wait for an answer, at most. */
const DRAIN_DEADLINE_MS = 10_000;

/**
 * Makes the function that ends a server without losing an answer: it is said to be draining, accepts no more
 * connections, closes those that are idle, answers what is asked already, and is closed. What has no answer after
 * the deadline is cut off. Called again, it gives the same promise.
 * @returns how many connections had to be cut off
 */
export function gracefulShutdown(
  app: FastifyInstance,
  connections: Connections,
  readiness: Readiness,
  deadlineMs: number = DRAIN_DEADLINE_MS,
): () => Promise<number> {
  let ended: Promise<number> | undefined;
  return () => {
    ended ??= shutDown(app, connections, readiness, deadlineMs);
    return ended;
  };
}

async function shutDown(
  app: FastifyInstance,
  connections: Connections,
  readiness: Readiness,
  deadlineMs: number,
): Promise<number> {
  readiness.set('draining', true);
  connections.drain();
  let cut = 0;
  const timer = setTimeout(() => {
    cut = connections.open;
    connections.destroyAll();
  }, deadlineMs);
  await app.close();
  clearTimeout(timer);
  return cut;
}
