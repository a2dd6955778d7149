// One private server of each kind for a file of tests.
import {
  findServer,
  type Provision,
  provideServers,
  type ServerUrls,
} from '../../src/servers/provide.ts';
import type { ServerKind } from '../../src/store/stored.ts';

/** URLs that were given for the tests; else private servers are started. */
const GIVEN: ServerUrls = {
  ...(process.env['ONSALE_TEST_POSTGRES'] ? { postgres: process.env['ONSALE_TEST_POSTGRES'] } : {}),
  ...(process.env['ONSALE_TEST_REDIS'] ? { redis: process.env['ONSALE_TEST_REDIS'] } : {}),
};

/** Why tests that need these servers cannot run here; false when they can. */
export function withoutServers(kinds: readonly ServerKind[]): string | false {
  const missing = kinds.filter(
    (kind) => GIVEN[kind] === undefined && findServer(kind) === undefined,
  );
  return missing.length > 0 && `needs ${missing.join(' and ')}; sim doctor says how to get it`;
}

export function testServers(kinds: readonly ServerKind[]): Promise<Provision> {
  return provideServers(kinds, GIVEN);
}
