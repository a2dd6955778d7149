// The load test of seed system 3, held against `sim serve`: 80 connections of autocannon for 10 s, each iteration one
// ticket of each of 4 events with 10,000 tickets, for each of its storage phases.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { messageOf } from '../src/base/errors.ts';
import { formatCount } from '../src/report/format.ts';
import { PUBLISHED } from '../src/report/published.ts';
import { type Provision, provideServers } from '../src/servers/provide.ts';
import { withClient } from '../src/store/postgres/one-client.ts';
import type { ServerKind } from '../src/store/stored.ts';
import { startServe } from '../test/support/serve-command.ts';
import { renderSection } from './section.ts';

const CONNECTIONS = 80;
const EVENTS = 4;
const TICKETS = 10_000;

/** What is held to the test: a strategy, and the servers that it needs. */
export interface Phase {
  readonly name: string;
  readonly needs: readonly ServerKind[];
  readonly strategy?: string;
}

/** Its storage phases. */
export const PHASES: readonly Phase[] = [
  { name: 'in memory', needs: [] },
  { name: 'PostgreSQL, retrying: pg-version', needs: ['postgres'], strategy: 'pg-version' },
  { name: 'PostgreSQL, in batches: pg-batch', needs: ['postgres'], strategy: 'pg-batch' },
  {
    name: 'PostgreSQL and Redis: redis-pg',
    needs: ['postgres', 'redis'],
    strategy: 'redis-pg',
  },
];

const WHY = `Their "average throughput" is bytes a second of answers, as it is here; their answers, their machine and their
accounts were others. At most 9,307 of 40,000 tickets were asked for there; here a phase that is fast sells all of them,
and what is left of its time it refuses; latency and throughput are those of grants alone. autocannon measures from when a request is sent, in whole milliseconds, and
corrects nothing here: its correction, which would take each connection for one that means to send every millisecond, is
made only where a rate is given (and only there can it be turned off).`;

/**
 * The table of that test, and what was published for it.
 * @param seconds of each phase
 */
export async function seedTest(
  folder: string,
  seconds: number,
  phases: readonly Phase[] = PHASES,
): Promise<string> {
  const rows: string[][] = [];
  for (const phase of phases) rows.push(await hold(phase, folder, seconds));
  const table = renderSection({
    title: `The test of seed system 3 against sim serve; ${CONNECTIONS} connections, ${seconds} s, ${EVENTS} events of ${formatCount(TICKETS)} tickets`,
    headings: [
      'phase',
      'requests',
      'average latency (ms)',
      'average throughput (B/s)',
      'granted',
      'sold out',
      'others',
    ],
    rows,
  });
  return `${table}\n${PUBLISHED}\n${WHY}\n`;
}

async function hold(phase: Phase, folder: string, seconds: number): Promise<string[]> {
  const provision = await provideServers(phase.needs, {}).catch(messageOf);
  if (typeof provision === 'string') {
    return [phase.name, `skipped: ${provision}`, '', '', '', '', ''];
  }
  try {
    return await measure(phase, await argumentsFor(phase, provision, folder), seconds);
  } finally {
    await provision.stop();
  }
}

/** Each phase in a database of its own: what is in one is sold by one strategy. */
async function argumentsFor(
  { strategy }: Phase,
  { urls }: Provision,
  folder: string,
): Promise<string[]> {
  const events = Array.from({ length: EVENTS }, (_, n) => ({
    name: `event ${n + 1}`,
    date: '2027-05-01',
    capacity: TICKETS,
  }));
  const path = join(folder, 'seed-events.json');
  writeFileSync(path, JSON.stringify(events));
  const common = ['--events', path, '--log-level', 'error'];
  if (strategy === undefined || urls.postgres === undefined) return ['--memory', ...common];
  const database = `seed_${strategy.replaceAll('-', '_')}`;
  await withClient({ connectionString: urls.postgres }, (client) =>
    client.query(`CREATE DATABASE ${database}`),
  );
  const url = new URL(urls.postgres);
  url.pathname = `/${database}`;
  const gate = urls.redis === undefined ? [] : ['--redis', urls.redis];
  return ['--postgres', url.href, ...gate, '--strategy', strategy, ...common];
}

async function measure(
  { name }: Phase,
  args: readonly string[],
  seconds: number,
): Promise<string[]> {
  const server = await startServe(args);
  const listed = (await (await fetch(`${server.url}/events`)).json()) as {
    events: { id: string }[];
  };
  const { requests, latency, throughput, statusCodeStats, errors } = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: listed.events.map(({ id }) => ({
      method: 'POST',
      path: '/reservations',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventId: id, quantity: 1 }),
    })),
  });
  await server.stop();
  const answered = (status: 201 | 409): number => statusCodeStats?.[`${status}`]?.count ?? 0;
  const granted = answered(201);
  const refused = answered(409);
  return [
    name,
    formatCount(requests.total),
    latency.average.toFixed(2),
    formatCount(Math.round(throughput.average)),
    formatCount(granted),
    formatCount(refused),
    formatCount(requests.total - granted - refused + errors),
  ];
}
