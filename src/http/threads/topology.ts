// Which threads a server has.
import type { ServerSettings } from '../settings.ts';
import { canSharePort } from './shared-port.ts';

export interface Topology {
  /** Threads that accept connections; a single one is the main thread. */
  readonly acceptors: number;
  /** Where the back office is. */
  readonly house: 'main' | 'thread';
  /** What somebody who starts the server should know. */
  readonly notes: readonly string[];
}

/** @param sharesPort whether several threads can listen on one port */
export function topologyOf(
  { threads, keeping }: Pick<ServerSettings, 'threads' | 'keeping'>,
  sharesPort: boolean,
): Topology {
  const alone = threads > 1 && !sharesPort;
  return {
    acceptors: alone ? 1 : threads,
    // Its group commits wait for the disk, with all of the thread.
    house: keeping.kind === 'folder' ? 'thread' : 'main',
    notes: alone
      ? [
          `one thread accepts connections, not ${threads}: this Node ${process.version} cannot let several listen on one port (22.12 and later can, on Linux)`,
        ]
      : [],
  };
}

/** As {@link topologyOf}, on this machine. */
export async function topologyHere(settings: ServerSettings): Promise<Topology> {
  return topologyOf(settings, settings.threads > 1 && (await canSharePort(settings.host)));
}
