import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { type GuardedServer, type ServerCommand, startGuarded } from './guarded.ts';
import type { PrivateServer } from './server.ts';

/** A server starts in less than a second; a busy machine takes longer. */
const START_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 25;

/**
 * Starts a server of our own, and waits until it answers.
 * @param versionAt asks the server for its version; rejects while it does not answer
 * @throws Error with the end of its log when it does not start
 */
export async function startPrivate(
  kind: ServerKind,
  url: string,
  command: ServerCommand,
  versionAt: (url: string) => Promise<string>,
): Promise<PrivateServer> {
  let server = startGuarded(command);
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(command.folder, { recursive: true, force: true });
  };
  try {
    const version = await awaitReady(server, url, versionAt);
    return {
      kind,
      url,
      version,
      folder: command.folder,
      stop,
      async restart() {
        await awaitEnd(server);
        server = startGuarded(command);
        await awaitReady(server, url, versionAt);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function awaitReady(
  server: GuardedServer,
  url: string,
  versionAt: (url: string) => Promise<string>,
): Promise<string> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    try {
      return await versionAt(url);
    } catch (error) {
      if (!server.alive || limit.aborted) {
        throw new Error(`${messageOf(error)}; its log ends: ${lastLineOf(server)}`, {
          cause: error,
        });
      }
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

async function awaitEnd(server: GuardedServer): Promise<void> {
  while (server.alive) await sleep(LOOK_AGAIN_MS);
}

function lastLineOf(server: GuardedServer): string {
  return server.log().trim().split('\n').at(-1) ?? '';
}
