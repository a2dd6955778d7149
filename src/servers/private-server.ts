import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { freePort } from './free-port.ts';
import { type GuardedCommand, GuardedFolder } from './guarded.ts';
import type { PrivateServer } from './server.ts';

/** How a server of our own comes to be. */
export interface PrivatePlan {
  readonly kind: ServerKind;
  readonly source: string;
  /** A new folder, for all that it writes. */
  readonly folder: string;
  /** What has to be done before it can start. */
  readonly prepare?: (folder: GuardedFolder) => Promise<void>;
  readonly commandAt: (port: number) => GuardedCommand;
  readonly urlAt: (port: number) => string;
  /** Asks the server for its version; rejects while it does not answer. */
  readonly versionAt: (url: string) => Promise<string>;
}

/** A server starts in less than a second; a busy machine takes longer. */
const START_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 25;
/** Somebody else may take a port between our finding it free and the server's opening it. */
const PORTS_TRIED = 3;
const PORT_TAKEN = /address already in use/i;

/**
 * Starts a server of our own, and waits until it answers.
 * @throws Error with the end of its log when it does not start
 */
export async function startPrivate(plan: PrivatePlan): Promise<PrivateServer> {
  const { kind, source } = plan;
  const folder = new GuardedFolder(plan.folder);
  try {
    await plan.prepare?.(folder);
    const { version, port } = await startSomewhere(plan, folder);
    return {
      kind,
      source,
      url: plan.urlAt(port),
      version,
      folder: folder.path,
      stop: () => folder.stop(),
      async restart() {
        await folder.untilEnded();
        await startAt(port, plan, folder);
      },
    };
  } catch (error) {
    await folder.stop();
    throw error;
  }
}

async function startSomewhere(
  plan: PrivatePlan,
  folder: GuardedFolder,
): Promise<{ version: string; port: number }> {
  for (let left = PORTS_TRIED - 1; ; left--) {
    const port = await freePort();
    try {
      return { version: await startAt(port, plan, folder), port };
    } catch (error) {
      if (left === 0 || !PORT_TAKEN.test(folder.log())) throw error;
    }
  }
}

/** Starts it at a port; its version, once it answers. */
async function startAt(
  port: number,
  { commandAt, urlAt, versionAt }: PrivatePlan,
  folder: GuardedFolder,
): Promise<string> {
  folder.start(commandAt(port));
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    try {
      return await versionAt(urlAt(port));
    } catch (error) {
      if (!folder.alive || limit.aborted) {
        const what = folder.alive ? messageOf(error) : 'it ended at once';
        throw new Error(`${what}: ${folder.complaint()}`, { cause: error });
      }
    }
    await sleep(LOOK_AGAIN_MS);
  }
}
