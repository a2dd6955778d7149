import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../service/policy.ts';
import type { Tokens } from './tokens.ts';

/** By which an account is known; guests have none. */
export function accountIdOf(caller: Caller): string | undefined {
  return caller.role === 'guest' ? undefined : caller.id;
}

type Identify = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

/** Finds out who asks, before any of the body is read. Without waiting, where the token is known. */
export function identifyBy(tokens: Tokens): Identify {
  return (request, _reply, done) => {
    let caller: ReturnType<Tokens['caller']>;
    try {
      caller = tokens.caller(request.headers.authorization);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (!(caller instanceof Promise)) {
      request.caller = caller;
      done();
      return;
    }
    caller.then((known) => {
      request.caller = known;
      done();
    }, done);
  };
}
