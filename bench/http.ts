// npm run bench:http [-- --smoke]: what the reservation service takes, beside a bare server that answers a constant. All
// sides are measured in turn in each round, by the same client, so that a machine that slows down slows all of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { formatCount } from '../src/report/format.ts';
import { describeEnvironment } from '../src/sim/environment.ts';
import { type LoadRequest, loadHttp } from '../test/support/http-load.ts';
import { endAll, startServe } from '../test/support/serve-command.ts';
import { type Cell, inRounds, median, renderSection, type Section, single } from './section.ts';
import { seedTest } from './seed-test.ts';

const CONNECTIONS = 80;
const smoke = process.argv.includes('--smoke');
/** Servers are started anew so often: two processes of one program differ by a tenth, all their lives. */
const STARTS = smoke ? 1 : 5;
/** Of each start. */
const ROUNDS = smoke ? 1 : 5;
const ROUND_MS = smoke ? 200 : 500;
/** By then the code of a server is compiled as it will stay. */
const WARM_UP_MS = smoke ? 200 : 3000;
const OVERLOAD_MS = smoke ? 400 : 2000;
const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-http-'));

/** A server that is measured. */
interface Side {
  readonly url: string;
  readonly request: LoadRequest;
  readonly stop: () => Promise<unknown>;
}

const CONSTANT = `
  const body = JSON.stringify({ id: 'x'.repeat(36), eventId: 'x'.repeat(36), quantity: 1, tickets: ['0-1-1000000'],
    state: 'confirmed', priceCents: 0, createdAt: 'x'.repeat(24), expiresAt: null, changedAt: 'x'.repeat(24) });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const server = require('node:http').createServer((request, response) => {
    request.on('data', () => {}).on('end', () => response.writeHead(201, headers).end(body));
  });
  server.listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));`;

async function bare(): Promise<Side> {
  const child: ChildProcess = spawn(process.execPath, ['-e', CONSTANT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  const url = String(line).trim().replace('listening on ', '');
  const stop = async (): Promise<unknown> => child.kill();
  return { url, request: orderOf('x'.repeat(36)), stop };
}

function orderOf(eventId: string): LoadRequest {
  return { method: 'POST', path: '/reservations', body: JSON.stringify({ eventId, quantity: 1 }) };
}

let servers = 0;

async function shop(...args: readonly string[]): Promise<Side> {
  const events = join(folder, 'events.json');
  const capacity = 100_000_000;
  writeFileSync(events, JSON.stringify([{ name: 'A', date: '2027-05-01', capacity }]));
  const own = args.includes('--memory') ? args : [...args, '--data', join(folder, `${servers++}`)];
  const common = ['--events', events, '--max-tickets', String(capacity), '--log-level', 'error'];
  const { url, stop } = await startServe([...own, ...common]);
  const listed = (await (await fetch(`${url}/events`)).json()) as { events: { id: string }[] };
  return { url, request: orderOf(listed.events[0]?.id ?? ''), stop };
}

/** Reservations a second, in a closed loop. */
async function rateOf(
  { url, request }: Side,
  connections = CONNECTIONS,
  durationMs = ROUND_MS,
): Promise<number> {
  const { statuses, elapsedMs } = await loadHttp({
    url,
    connections,
    durationMs,
    request: () => request,
  });
  return ((statuses.get(201) ?? 0) * 1000) / elapsedMs;
}

/** The same, as a tool says it that others know. Without a rate it corrects nothing, and its times are not used. */
async function autocannonRateOf({ url, request }: Side): Promise<number> {
  const { requests, duration, non2xx } = await autocannon({
    url: url + request.path,
    method: 'POST',
    body: request.body ?? '',
    headers: { 'content-type': 'application/json' },
    connections: CONNECTIONS,
    duration: 1,
  });
  return (requests.total - non2xx) / duration;
}

/** What is measured, by its name: how to start it. */
type Contest = Readonly<Record<string, () => Promise<Side>>>;

/** Each side in turn, in each round of each start, after some time that does not count; ratios are those within a round. */
async function pairedSection(title: string, contest: Contest): Promise<Section> {
  const rates = Object.keys(contest).map((): number[] => []);
  let familiar: readonly number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const sides = await started(contest);
    for (const side of sides) await rateOf(side, CONNECTIONS, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, side] of sides.entries()) rates[at]?.push(await rateOf(side));
    }
    if (start === STARTS - 1) familiar = await inTurn(sides, autocannonRateOf);
    await inTurn(sides, ({ stop }) => stop());
  }
  const rows = Object.keys(contest).map((name, at): Cell[] => {
    const list = rates[at] as number[];
    const ratios = list.map((rate, round) => rate / (rates[0]?.[round] as number));
    const other = single('per second', familiar[at] as number);
    return [name, inRounds('per second', list), inRounds('ratio', ratios), other];
  });
  const headings = ['server', 'reservations/s: median (min-max)', 'of the first', 'by autocannon'];
  const rounds = `${STARTS} starts with ${ROUNDS} rounds each`;
  return { title: `${title}; ${CONNECTIONS} connections, ${rounds}`, headings, rows };
}

function started(contest: Contest): Promise<Side[]> {
  return inTurn(Object.values(contest), (start) => start());
}

async function inTurn<Each, Done>(
  list: readonly Each[],
  work: (each: Each) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const each of list) done.push(await work(each));
  return done;
}

/**
 * What bounds the server that is overloaded: one sale at a time, which waits for the disk. Where the processor is the bound, one
 * machine cannot show an overload: whoever asks takes from the server what it would need to answer.
 */
const BOUNDS = ['--concurrency', '1', '--queue', '16'];
/** Keep it busy in a closed loop, and none of them is refused. */
const BUSY = 12;
/** Enough for all that is offered while the queue is full. */
const CROWD = 200;

/** Offered one, two and three times what it can take: the rest is refused, and what is accepted is not slower. */
async function overloadSection(side: Side): Promise<Section> {
  const peaks: number[] = [];
  for (let round = 0; round < 3; round++) peaks.push(await rateOf(side, BUSY));
  const peak = median(peaks);
  const rows: Cell[][] = [];
  for (const times of [1, 2, 3]) {
    const { statuses, timesByStatus, elapsedMs, unsent } = await loadHttp({
      url: side.url,
      connections: CROWD,
      ratePerSecond: peak * times,
      durationMs: OVERLOAD_MS,
      request: () => side.request,
    });
    const goodput = ((statuses.get(201) ?? 0) * 1000) / elapsedMs;
    const refused = [...statuses].reduce(
      (sum, [status, count]) => sum + (status === 201 ? 0 : count),
      0,
    );
    const p99 = timesByStatus.get(201)?.quantile(0.99) ?? 0;
    rows.push([
      `${times}x: ${formatCount(Math.round(peak * times))}/s`,
      single('per second', goodput),
      single('ratio', goodput / peak),
      single('count', refused),
      single('count', unsent),
      single('ns', p99),
    ]);
  }
  return {
    title: `Overload of ${BOUNDS.join(' ')} with fsync, since the client would take the processor from a server that is bound by it; the peak of a closed loop is ${formatCount(Math.round(peak))}/s`,
    headings: ['offered', 'goodput', 'of the peak', 'refused', 'not sent', 'p99 of those sold'],
    rows,
  };
}

function show(section: Section): void {
  process.stdout.write(`${renderSection(section)}\n`);
}

const { cpu, cores, node, commit } = describeEnvironment();
process.stdout.write(
  `# The reservation service over HTTP\n\n${cpu}, ${cores} cores (the client has its share of them), Node ${node}, onsale ${commit}\n\n`,
);
const ONE = ['--threads', '1'];
try {
  const memory = (): Promise<Side> => shop('--memory', ...ONE);
  const kept = (durability: string) => () => shop(...ONE, '--durability', durability);
  show(
    await pairedSection('Beside a bare server', {
      'node:http, a constant': bare,
      'in memory, 1 thread': memory,
    }),
  );
  show(
    await pairedSection('What durability costs', {
      'in memory': memory,
      fsync: kept('fsync'),
      async: kept('async'),
      none: kept('none'),
    }),
  );
  show(
    await pairedSection('Threads (where Node lets them share a port)', {
      '1 thread': memory,
      [`${cores} threads`]: () => shop('--memory', '--threads', `${cores}`),
    }),
  );
  const loaded = await shop(...ONE, ...BOUNDS);
  show(await overloadSection(loaded));
  await loaded.stop();
  process.stdout.write(await seedTest(folder, smoke ? 1 : 10));
} finally {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
}
