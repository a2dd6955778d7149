// `sim serve` as those see it who start it, and who buy from it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { patientFetch } from '../support/patient-fetch.ts';
import { until } from '../support/processes.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';
import { sim, simLines } from '../support/sim-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-serve-'));
after(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

const JAZZ = { name: 'Jazz night', date: '2027-05-01', priceCents: 4250, capacity: 20 };
const EVENTS = join(folder, 'events.json');
writeFileSync(EVENTS, JSON.stringify([JAZZ]));

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever it says, the test looks at
  readonly body: any;
}

interface Asked {
  readonly token?: string;
  readonly body?: object;
  readonly key?: string;
}

async function ask(
  { url }: Pick<ServeProcess, 'url'>,
  line: string,
  asked: Asked = {},
): Promise<Answer> {
  const { token, body, key } = asked;
  const [method = '', path = ''] = line.split(' ');
  const headers: Record<string, string> = {};
  if (body) headers['Content-Type'] = 'application/json';
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (key !== undefined) headers['Idempotency-Key'] = key;
  const sent = body && { body: JSON.stringify(body) };
  const response = await patientFetch(url + path, { method, headers, ...sent });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function registered(server: ServeProcess, name: string, role: string): Promise<string> {
  const account = { name, password: `password of ${name}` };
  const made = await ask(server, 'POST /accounts', { body: { ...account, role } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return (await ask(server, 'POST /sessions', { body: account })).body.token;
}

test('made-up events are on sale, as many as were asked for: 3', async () => {
  const server = await startServe(['--memory', '--threads', '1', '--sample-events', '3']);
  assert.match(server.stderr(), /^sim: made-up events of seed 42: 3 added, 0 were there$/m);
  const { events } = (await ask(server, 'GET /events')).body;
  assert.equal(events.length, 3);
  const [{ id, capacity }] = events;
  assert.ok(capacity >= 20);
  const order = { eventId: id, quantity: 1 };
  assert.equal((await ask(server, 'POST /reservations', { body: order })).status, 201);
  await server.stop();
});

describe('a server in memory, for guests', () => {
  let server: ServeProcess;
  before(async () => {
    server = await startServe(['--memory', '--threads', '1', '--events', EVENTS]);
  });

  test('says on stderr what it is, and on stdout where it listens', async () => {
    const said = server.stderr();
    assert.match(said, /^sim: compare-and-swap sells; it promises noOversell/m);
    assert.match(said, /^sim: nothing is kept/m);
    assert.match(said, /^sim: guests may buy/m);
    assert.match(said, /^sim: events of .*events\.json: 1 added, 0 were there$/m);
    assert.match(
      said,
      new RegExp(`^sim: requests and answers are described at ${server.url}/docs$`, 'm'),
    );
  });

  test('the plain forms sell, list and make events', async () => {
    const listed = await ask(server, 'GET /events');
    const { id, available } = listed.body.events[0];
    assert.equal(available, 20);
    const three = await ask(server, `POST /events/${id}/reserve?num_tickets=3`);
    const two = await ask(server, `POST /reserve?eventId=${id}&tickets=2`);
    assert.deepEqual([three.status, two.status], [200, 200]);
    assert.equal(new Set([...three.body, ...two.body]).size, 5);
    const rock = { name: 'Rock', date: '2027-06-01', total_tickets: 5 };
    const made = await ask(server, 'POST /events/create', { body: rock });
    assert.ok(made.status < 300, JSON.stringify(made.body));
    const { events } = (await ask(server, 'GET /events')).body;
    assert.deepEqual(
      events.map((each: { name: string; available: number }) => [each.name, each.available]),
      [
        ['Jazz night', 15],
        ['Rock', 5],
      ],
    );
  });

  test('an organizer makes an event, a customer buys, cancels, and is told when there is no more', async () => {
    const organizer = await registered(server, 'olga', 'organizer');
    const customer = await registered(server, 'carl', 'customer');
    const event = { ...JAZZ, name: 'Blues', capacity: 4 };
    const made = await ask(server, 'POST /events', { token: organizer, body: event });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const order = { eventId: made.body.id, quantity: 3 };
    const buy = { token: customer, body: order, key: 'carl-1' };
    const bought = await ask(server, 'POST /reservations', buy);
    assert.equal(bought.status, 201, JSON.stringify(bought.body));
    assert.deepEqual(await ask(server, 'POST /reservations', buy), bought);
    const more = await ask(server, 'POST /reservations', { ...buy, key: 'carl-2' });
    assert.deepEqual([more.status, more.body.available], [409, 1]);
    const foreign = await ask(server, `GET /reservations/${bought.body.id}`, { token: organizer });
    assert.equal(foreign.status, 404);
    const totals = await ask(server, `GET /events/${made.body.id}/totals`, { token: organizer });
    assert.deepEqual(totals.body, { held: 0, confirmed: 3, available: 1 });
    const path = `POST /reservations/${bought.body.id}/cancel`;
    const cancelled = await ask(server, path, { token: customer });
    assert.deepEqual([cancelled.status, cancelled.body.state], [200, 'cancelled']);
    const again = await ask(server, `GET /events/${made.body.id}`);
    assert.equal(again.body.available, 4);
  });

  test('metrics tell what was sold and what was not, and stderr has no line but ours and those of requests', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^onsale_reservations_total\{outcome="reserved"\} 3$/m);
    assert.match(metrics, /^onsale_reservations_total\{outcome="sold-out"\} 1$/m);
    assert.match(metrics, /^onsale_tickets_sold_total 8$/m);
    assert.doesNotMatch(metrics, /commit_group/);
    for (const line of server.stderr().trim().split('\n')) {
      assert.match(line, /^sim: |"msg":"request"/);
    }
  });

  test('a termination ends it with 0, and nothing was printed but where it listens', async () => {
    const { code, stdout, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `listening on ${server.url}\n`);
    assert.doesNotMatch(stderr, /Error|password of/);
  });
});

test('what was kept is there at the next start: accounts, events, tickets, and log-ins', async () => {
  const data = join(folder, 'kept');
  const args = ['--data', data, '--threads', '1', '--events', EVENTS, '--admin', 'ada'];
  const env = { ONSALE_ADMIN_PASSWORD: 'a long password' };
  const first = await startServe(args, { env });
  assert.match(first.stderr(), /^sim: ada is admin, with \$ONSALE_ADMIN_PASSWORD$/m);
  const customer = await registered(first, 'carl', 'customer');
  const [event] = (await ask(first, 'GET /events')).body.events;
  const body = { eventId: event.id, quantity: 2 };
  const bought = await ask(first, 'POST /reservations', { token: customer, body });
  assert.equal((await first.stop()).code, 0);
  assert.ok(readdirSync(data).includes('token-secret'));

  const second = await startServe(args, { env });
  assert.match(second.stderr(), /: 0 added, 1 were there$/m);
  assert.match(second.stderr(), /^sim: the admin ada is there already$/m);
  const metrics = await (await fetch(`${second.url}/metrics`)).text();
  assert.match(metrics, /^onsale_commit_groups_total [1-9]/m);
  const kept = await ask(second, `GET /reservations/${bought.body.id}`, { token: customer });
  assert.deepEqual(kept.body, bought.body);
  assert.equal((await ask(second, 'GET /events')).body.events[0].available, 18);
  const ada = { name: 'ada', password: 'a long password' };
  const { token } = (await ask(second, 'POST /sessions', { body: ada })).body;
  assert.equal((await ask(second, 'GET /accounts', { token })).status, 200);
  second.child.kill('SIGINT');
  assert.equal((await second.ended).code, 130);
});

test('at the console: list, add, the log of a request, and quit', async () => {
  const logFile = join(folder, 'console.log');
  const args = [
    '--memory',
    '--threads',
    '1',
    '--events',
    EVENTS,
    '--console',
    '--log-file',
    logFile,
  ];
  const server = await startServe(args);
  const say = (line: string) => server.child.stdin?.write(`${line}\n`);
  say('events');
  await until(() => /^Jazz night +2027-05-01 +42\.50 +20 +0 +0 +20$/m.test(server.stderr()));
  say('add "Rock" 2027-06-01 7');
  await until(() => server.stderr().includes('Rock is on sale'));
  assert.equal((await ask(server, 'GET /events')).body.events.length, 2);
  await until(() => readFileSync(logFile, 'utf8').includes('/events'));
  say('logs');
  await until(() => /^info .*\/events/m.test(server.stderr()));
  say('');
  say('quit');
  assert.equal((await server.ended).code, 0);
});

test('the end of a piped console is not the end of the server', async () => {
  const server = await startServe(['--memory', '--threads', '1', '--console']);
  server.child.stdin?.end('help\n');
  await until(() => server.stderr().includes('quit  '));
  assert.equal((await ask(server, 'GET /events')).status, 200);
  assert.equal((await server.stop()).code, 0);
});

test('a control is served with a warning', async () => {
  const server = await startServe(['--memory', '--threads', '1', '--strategy', 'check-then-act']);
  assert.match(server.stderr(), /^sim: WARNING: check-then-act sells tickets twice/m);
  await server.stop();
});

describe('what cannot be is refused before anything is sold', () => {
  test('a port that is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await sim('serve', '--memory', '--port', String(port));
    taken.close();
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, new RegExp(`^sim: [^\\n]*port ${port}[^\\n]* in use[^\\n]*\\n$`));
  });

  const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--host', 'nosuch.invalid'], /there is no address for the host nosuch\.invalid/],
    [['--host', '192.0.2.1'], /192\.0\.2\.1 is no address of this machine/],
    [['--port', 'x'], /--port must be a whole number from 0 to 65535; got "x"/],
    [['--strategy', 'compare-and-swop'], /did you mean "compare-and-swap"\?/],
    [['--strategy', 'pg-update'], /pg-update sells from a store/],
    [['--memory', '--data', 'x'], /--memory and --data exclude each other/],
    [['--data', EVENTS], /--data cannot use .*events\.json/],
    [['--instances', '2'], /--instances needs --postgres/],
    [['--events', join(folder, 'none.json')], /--events cannot read .*none\.json/],
    [['--log-file', folder], /--log-file cannot write .*: it is a folder/],
    [
      ['--admin', 'ada', '--memory', '--port', '0', '--log-level', 'error'],
      /--admin: a password has 8 to 256/,
    ],
  ];
  const given = REFUSALS.map(([args]) => {
    const isKept = args.includes('--memory') || args.includes('--data');
    // Somebody else may have the port that is taken where none is named.
    const port = args.includes('--port') ? [] : ['--port', '0'];
    return ['serve', ...args, ...port, ...(isKept ? [] : ['--memory'])];
  });
  const refused = simLines(() => given, { ONSALE_ADMIN_PASSWORD: 'short' });
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim serve ${args.join(' ').replaceAll(folder, '')}`, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, /^sim: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  test('every fault of a file of events, with its place', async () => {
    const path = join(folder, 'faulty.json');
    writeFileSync(path, '[\n  {"name": "A", "date": "soon", "capacity": 0}\n]\n');
    const { code, stdout, stderr } = await sim('serve', '--memory', '--events', path);
    assert.deepEqual([code, stdout], [2, '']);
    assert.deepEqual(stderr.split('\n'), [
      `${path}:2:25: events[0].date must be a day or a moment as 2027-05-01 or 2027-05-01T20:00:00Z; got 'soon'`,
      `${path}:2:45: events[0].capacity must be a whole number from 1 to 100000 (--max-tickets); got 0`,
      `sim: ${path} has 2 faults: nothing was put on sale`,
      '',
    ]);
  });
});
