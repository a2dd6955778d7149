import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { freshName } from '../../base/fresh-name.ts';

export const REQUEST_ID_HEADER = 'x-request-id';
/** What can be logged and sent back as it is. */
const ACCEPTABLE = /^[\x21-\x7e]{1,64}$/;

/** The id that a request brings along, if it is a short visible text. */
export function broughtId({ headers }: IncomingMessage): string | undefined {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : undefined;
}

/** Takes the id that a request brings along, if it is a short visible text; else makes one that no other request has. */
export function requestIds(): (request: IncomingMessage) => string {
  const prefix = freshName('r');
  let count = 0;
  return (request) => broughtId(request) ?? `${prefix}_${(++count).toString(36)}`;
}

/** Sends the id back with each answer. */
export function installRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
