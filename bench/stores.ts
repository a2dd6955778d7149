// Strategies on stores against each other, and against the tools that come with the stores: the same statement, the
// same script, the same number of clients, one after the other in each round.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../src/base/errors.ts';
import { freshName } from '../src/base/fresh-name.ts';
import { resolveScenario, run } from '../src/index.ts';
import { onPath, postgresFolder } from '../src/servers/find-binary.ts';
import { provideServers } from '../src/servers/provide.ts';
import { pgUpdate, RESERVE as UPDATE } from '../src/store/postgres/pg-update.ts';
import { RESERVE as LUA, redisLua } from '../src/store/redis/redis-lua.ts';
import { keysOf } from '../src/store/redis/sale-keys.ts';
import { withClient } from '../src/store/redis/sale-names.ts';
import type { ServerKind, StorePlace } from '../src/store/stored.ts';
import { type Cell, inRounds, type Section, single } from './section.ts';

const execute = promisify(execFile);

const CLIENTS = '80';
/** More than anybody buys: nothing is ever sold out. */
const TICKETS = 1_000_000_000;
/** Order ids that no tool draws twice, but by an accident of one in millions. */
const IDS = 9_000_000_000_000;

/** One side of a comparison: what it reached in one round, in sales a second. */
type Side = (place: StorePlace) => Promise<number>;

interface Duel {
  readonly ours: string;
  readonly theirs: string;
  readonly kind: ServerKind;
  readonly measureOurs: Side;
  readonly measureTheirs: Side;
  /** The least that ours has to reach of theirs. */
  readonly wanted: number;
  /** What it needs, and where it is found; undefined where it is not. */
  readonly tool?: () => string | undefined;
}

/** Sells with a strategy: all requests are granted, as fast as it goes. */
function selling(strategy: string, requests: string, connections: number): Side {
  return async ({ servers }) => {
    const fields = { clients: CLIENTS, requests, events: '1', tickets: `${TICKETS}`, threads: '2' };
    const scenario = resolveScenario({ fields });
    const { audit, throughput } = await run({
      strategy,
      scenario,
      stores: { servers, connections },
    });
    if (audit.verdict !== 'exact') throw new Error(`${strategy} is ${audit.verdict}`);
    return throughput.grantedPerSecond;
  };
}

function pgbench(): string | undefined {
  const folder = postgresFolder();
  return onPath('pgbench') ?? (folder && onPath('pgbench', folder));
}

/** The statement of pg-update, sent by the tool that comes with PostgreSQL. */
function benchUpdate(seconds: string): Side {
  return async (place) => {
    const values = [':id', '0', '1', ':client_id'];
    const statement = values.reduce(
      (text, value, at) => text.replaceAll(`$${at + 1}`, value),
      UPDATE.text,
    );
    const folder = await mkdtemp(join(tmpdir(), 'onsale-bench-'));
    const script = join(folder, 'update.sql');
    await pgUpdate.prepare(place, { events: 1, tickets: TICKETS });
    try {
      await writeFile(script, `\\set id random(1, ${IDS})\n${statement}\n`);
      const how = ['-n', '-M', 'prepared', '-c', CLIENTS, '-j', '2', '-T', seconds, '-f', script];
      const { stdout } = await execute(
        pgbench() as string,
        [...how, place.servers.postgres as string],
        { env: { ...process.env, PGOPTIONS: `-c search_path=${place.name}` } },
      );
      return figureIn(stdout, /tps = ([\d.]+)/);
    } finally {
      await pgUpdate.remove(place);
      await rm(folder, { recursive: true });
    }
  };
}

/** The script of redis-lua, run by the tool that comes with Redis. */
function benchScript(requests: string): Side {
  return async (place) => {
    const url = place.servers.redis as string;
    const { left, next, grants, orders } = keysOf(place, 0);
    await redisLua.prepare(place, { events: 1, tickets: TICKETS });
    try {
      const sha = await withClient(url, (client) => client.scriptLoad(LUA.lua));
      const keys = ['4', left, next, grants, orders];
      const script = ['evalsha', sha, ...keys, '__rand_int__', '0', '1', '7'];
      const how = ['-u', url, '-c', CLIENTS, '-n', requests, '-r', `${IDS}`, '--csv'];
      const { stdout } = await execute(onPath('redis-benchmark') as string, [...how, ...script]);
      return figureIn(stdout.split('\n').at(-2) ?? '', /",?"([\d.]+)"/);
    } finally {
      await redisLua.remove(place);
    }
  };
}

function figureIn(text: string, pattern: RegExp): number {
  const [, figure] = pattern.exec(text) ?? [];
  if (figure === undefined) throw new Error(`no figure in ${JSON.stringify(text)}`);
  return Number(figure);
}

function duelsFor(smoke: boolean): readonly Duel[] {
  const [few, many] = smoke ? ['200', '2000'] : ['10000', '200000'];
  const clients = Number(CLIENTS);
  return [
    {
      ours: 'pg-batch',
      theirs: 'pg-for-update',
      kind: 'postgres',
      measureOurs: selling('pg-batch', many, clients),
      measureTheirs: selling('pg-for-update', few, clients),
      wanted: 5,
    },
    {
      ours: 'pg-update',
      theirs: 'pgbench, the same statement',
      kind: 'postgres',
      measureOurs: selling('pg-update', few, clients),
      measureTheirs: benchUpdate(smoke ? '1' : '10'),
      wanted: 0.7,
      tool: pgbench,
    },
    {
      ours: 'redis-lua',
      theirs: 'redis-benchmark, the same script',
      kind: 'redis',
      measureOurs: selling('redis-lua', many, clients),
      measureTheirs: benchScript(many),
      wanted: 0.5,
      tool: () => onPath('redis-benchmark'),
    },
  ];
}

/** What strategies on stores reach on one hot event, each on a private server. */
export async function storeSection(smoke: boolean): Promise<Section> {
  const rounds = smoke ? 1 : 5;
  const rows: Cell[][] = [];
  for (const duel of duelsFor(smoke)) rows.push(await fight(duel, rounds));
  return {
    title: `Stores: one hot event, ${CLIENTS} clients, ${CLIENTS} connections at most; ${rounds} rounds`,
    headings: ['ours', 'theirs', 'ours, sales/s', 'theirs, sales/s', 'ratio', 'wanted, at least'],
    rows,
  };
}

async function fight(duel: Duel, rounds: number): Promise<Cell[]> {
  const { ours, theirs, kind, wanted, tool } = duel;
  const skipped = (why: string): string[] => [ours, theirs, `skipped: ${why}`, '', '', ''];
  if (tool && tool() === undefined) return skipped('there is no such tool here');
  const provision = await provideServers([kind], {}).catch(messageOf);
  if (typeof provision === 'string') return skipped(provision);
  const reached: { ours: number; theirs: number }[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const place = { name: freshName('onsale'), servers: provision.urls, folder: tmpdir() };
      // In turn the one and the other first.
      const theirsFirst = round % 2 === 1;
      const first = theirsFirst ? await duel.measureTheirs(place) : await duel.measureOurs(place);
      const second = theirsFirst ? await duel.measureOurs(place) : await duel.measureTheirs(place);
      reached.push(theirsFirst ? { ours: second, theirs: first } : { ours: first, theirs: second });
    }
  } finally {
    await provision.stop();
  }
  const ratios = reached.map((each) => each.ours / each.theirs);
  return [
    ours,
    theirs,
    inRounds(
      'per second',
      reached.map((each) => each.ours),
    ),
    inRounds(
      'per second',
      reached.map((each) => each.theirs),
    ),
    inRounds('ratio', ratios),
    single('ratio', wanted),
  ];
}
