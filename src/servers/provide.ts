import { InputError, messageOf } from '../base/errors.ts';
import type { ServerKind } from '../store/stored.ts';
import { onPath, postgresFolder } from './find-binary.ts';
import { startPostgres } from './private-postgres.ts';
import { startRedis } from './private-redis.ts';
import type { PrivateServer } from './server.ts';

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

interface Source {
  /** How people call it. */
  readonly name: string;
  /** Starts one, if there is a program for it. */
  readonly start: () => Promise<PrivateServer> | undefined;
  /** What installs one on Debian and its kin. */
  readonly install: string;
}

/** Where a private server comes from. */
const SOURCES: Readonly<Record<ServerKind, Source>> = {
  postgres: {
    name: 'PostgreSQL',
    start() {
      const folder = postgresFolder();
      return folder === undefined ? undefined : startPostgres(folder);
    },
    install: 'apt-get install postgresql',
  },
  redis: {
    name: 'Redis',
    start() {
      const program = onPath('redis-server') ?? onPath('valkey-server');
      return program === undefined ? undefined : startRedis(program);
    },
    install: 'apt-get install redis-server',
  },
};

/**
 * Finds a server of each kind: the one whose URL is given, else one that is started for this.
 * @throws InputError when there is neither, or it does not start
 */
export async function provideServers(
  kinds: Iterable<ServerKind>,
  given: ServerUrls,
): Promise<Provision> {
  const started: PrivateServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const urls: Partial<Record<ServerKind, string>> = {};
  try {
    for (const kind of new Set(kinds)) {
      const url = given[kind];
      if (url === undefined) started.push(await startOne(kind));
      urls[kind] = url ?? (started.at(-1) as PrivateServer).url;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls, started, stop };
}

async function startOne(kind: ServerKind): Promise<PrivateServer> {
  const { name, start, install } = SOURCES[kind];
  let starting: Promise<PrivateServer> | undefined;
  try {
    starting = start();
    if (starting) return await starting;
  } catch (error) {
    throw new InputError(
      `a private ${name} does not start: ${messageOf(error)}; or give --${kind} URL`,
    );
  }
  throw new InputError(
    `${name} is needed, and there is none on this machine: give --${kind} URL, or install it (${install}); sim doctor says more`,
  );
}
