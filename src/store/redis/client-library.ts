import type * as Redis from 'redis';

let loaded: typeof Redis | undefined;

/**
 * Loads the client of Redis when the first connection is opened: it takes a fifth of a second of processor time,
 * as long as the rest of a command, and few commands sell from Redis.
 */
export async function loadRedis(): Promise<typeof Redis> {
  loaded ??= await import('redis');
  return loaded;
}

/** Whether the server answered with an error. Before anything is loaded, there is no such answer. */
export function isErrorReply(error: unknown): error is Redis.ErrorReply {
  return loaded !== undefined && error instanceof loaded.ErrorReply;
}
