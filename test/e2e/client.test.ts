// The commands of the client for scripts, against a running service.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ClientSurroundings, simClient } from '../support/client-command.ts';
import { type Canned, HttpProxy } from '../support/http-proxy.ts';
import { patientFetch } from '../support/patient-fetch.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';
import type { Ended } from '../support/sim-command.ts';

let folder = '';
let server: ServeProcess;
/** Each test's own buyer. */
let buyers = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-client-'));
  server = await startServe(['--memory', '--log-level', 'silent', '--threads', '1']);
});
after(async () => {
  await server.stop();
  await endAll();
  rmSync(folder, { recursive: true });
});

/** Somebody whom nobody has seen before. */
function somebody(more: Partial<ClientSurroundings> = {}): ClientSurroundings {
  buyers++;
  return { state: join(folder, `buyer-${buyers}`), url: server.url, ...more };
}

async function jsonOf(running: Promise<Ended>): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await running;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function putOnSale(name: string, capacity: number): Promise<string> {
  const body = JSON.stringify({ name, date: '2027-05-01', capacity, priceCents: 4250 });
  const headers = { 'content-type': 'application/json' };
  const made = await patientFetch(`${server.url}/events`, { method: 'POST', body, headers });
  return ((await made.json()) as { id: string }).id;
}

async function left(id: string): Promise<number> {
  const answer = await fetch(`${server.url}/events/${id}`);
  return ((await answer.json()) as { available: number }).available;
}

describe('without an account', () => {
  test('an event is listed, shown, booked by its name, and the tickets are cancelled by a part of the id', async () => {
    const me = somebody();
    const id = await putOnSale('Jazz night', 5);
    const { stdout: list } = await simClient(me, 'events');
    assert.match(list, /^event +date +price +left +id\n/);
    assert.match(list, /^Jazz night +2027-05-01 +42\.50 +5 of 5 +[0-9a-f-]{8,}$/m);
    const shown = await jsonOf(simClient(me, 'event', id.slice(0, -1), '--json'));
    assert.equal(shown['name'], 'Jazz night');
    const booked = await simClient(me, 'book', 'jazz NIGHT', '2');
    assert.match(
      booked.stdout,
      /^You have 2 tickets of Jazz night: \S+, \S+\nreservation (\S+)\n$/,
    );
    const { stdout: mine } = await simClient(me, 'reservations');
    const [, part = ''] = /^Jazz night +2 +confirmed +(\S+)$/m.exec(mine) ?? [];
    const cancelled = await simClient(me, 'cancel', part);
    assert.equal(
      cancelled.stdout,
      'You have cancelled 2 tickets of Jazz night\n',
      cancelled.stderr,
    );
    assert.equal(await left(id), 5);
    // Somebody else has none of it.
    assert.deepEqual(await jsonOf(simClient(somebody(), 'reservations', '--json')), {
      reservations: [],
    });
  });

  test('tickets are held, then bought; held, then given back', async () => {
    const me = somebody();
    const id = await putOnSale('Held', 5);
    const first = await jsonOf(simClient(me, 'reserve', id, '2', '--hold', '--json'));
    assert.equal(first['state'], 'held');
    const bought = await jsonOf(simClient(me, 'confirm', String(first['id']), '--json'));
    assert.equal(bought['state'], 'confirmed');
    const second = await jsonOf(simClient(me, 'book', id, '3', '--hold', '--json'));
    const released = await simClient(me, 'release', String(second['id']));
    assert.equal(released.stdout, 'You have given back 3 tickets of Held\n');
    assert.equal(await left(id), 3);
    const totals = await simClient(me, 'totals', id);
    assert.match(totals.stdout, /^reserved +2 \(0 of them held\)\nremaining +3$/m);
  });
});

describe('with accounts', () => {
  test('an organizer edits, counts and deletes; a customer may not; who is logged in is kept for its owner only', async () => {
    const olga = somebody({ password: 'a long password' });
    const registered = await simClient(olga, 'register', 'olga', '--role', 'organizer');
    assert.match(registered.stdout, /^logged in as olga \(organizer\) at http/);
    const made = await jsonOf(simClient(olga, 'create', 'Opera', '2027-05-01', '5', '--json'));
    const edited = await jsonOf(
      simClient(olga, 'edit', 'Opera', '--total', '7', '--price', '1', '--json'),
    );
    assert.deepEqual([edited['capacity'], edited['priceCents'], edited['version']], [7, 100, 2]);

    const carl = somebody();
    await simClient(
      { ...carl, input: 'another password\n' },
      'register',
      'carl',
      '--password-stdin',
    );
    await jsonOf(simClient(carl, 'book', 'Opera', '1', '--json'));
    const files = join(carl.state, 'onsale');
    for (const file of readdirSync(files)) {
      assert.equal(statSync(join(files, file)).mode & 0o777, 0o600, file);
    }
    assert.match((await simClient(carl, 'whoami', '--anonymous')).stdout, /^a guest /);
    const wrong = await simClient(somebody({ password: 'wrong password' }), 'login', 'carl');
    assert.deepEqual([wrong.code, wrong.stderr], [1, 'sim: The name or the password is wrong\n']);
    const refused = await simClient(carl, 'delete', 'Opera');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^sim: Not allowed: this is for organizer and admin accounts/);

    assert.match((await simClient(olga, 'totals', 'Opera')).stdout, /^reserved +1 /m);
    assert.equal((await simClient(olga, 'delete', 'Opera')).stdout, 'Opera is no longer on sale\n');
    assert.equal((await fetch(`${server.url}/events/${String(made['id'])}`)).status, 404);
    await simClient(olga, 'logout');
    assert.deepEqual(await jsonOf(simClient(olga, 'whoami', '--json')), { account: null });
  });
});

describe('what cannot be done is said in one line', () => {
  test('too few are left: exit 1, and JSON for scripts', async () => {
    const id = await putOnSale('Few', 1);
    const { code, stdout, stderr } = await simClient(somebody(), 'book', id, '2', '--json');
    assert.deepEqual([code, stderr], [1, 'sim: Only 1 is left\n']);
    assert.deepEqual(JSON.parse(stdout), {
      problem: { code: 'sold-out', status: 409, message: 'Only 1 is left', available: 1, asked: 2 },
    });
  });

  test('nothing listens there: exit 1, with the URL and the cause', async () => {
    const nowhere = somebody({ url: 'http://127.0.0.1:1' });
    const { code, stderr } = await simClient(nowhere, 'events', '--timeout', '2');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^sim: http:\/\/127\.0\.0\.1:1 cannot be reached: (nothing listens there|no answer in time \(2 s\))$/m,
    );
    // The limit may come in the middle of an attempt, but not before the first has failed.
    assert.match(stderr, /nothing listens there/);
  });
});

test('a burst of 60 for 40 tickets grants each of them once, and says so', async () => {
  const id = await putOnSale('Rush', 40);
  const result = await jsonOf(
    simClient(somebody(), 'burst', id, '--requests', '60', '--connections', '20', '--json'),
  );
  const { granted, refused, failed, reasons, duplicateTickets, availableAfter } = result;
  assert.deepEqual(
    { granted, refused, failed, reasons, duplicateTickets, availableAfter },
    {
      granted: 40,
      refused: 20,
      failed: 0,
      reasons: { 'sold-out': 20 },
      duplicateTickets: 0,
      availableAfter: 0,
    },
  );
  const times = result['responseTimeNs'] as Record<string, number>;
  assert.equal(times['count'], 60);
  assert.ok((times['p50'] ?? 0) > 0);
});

describe('over a bad network', () => {
  let proxy: HttpProxy;
  before(async () => {
    proxy = await HttpProxy.start(server.url);
  });
  after(() => proxy.close());

  test('a booking whose answer is lost is asked for again with the same key: booked once, and its tickets are told', async () => {
    const id = await putOnSale('Lost', 10);
    let lost = 0;
    proxy.loses = ({ method }) => method === 'POST' && lost++ === 0;
    proxy.passed.length = 0;
    const log = join(folder, 'lost.log');
    const me = somebody({ url: proxy.url });
    const told = await simClient(me, 'book', id, '2', '--log-file', log);
    proxy.loses = () => false;
    assert.match(told.stdout, /^You have 2 tickets of Lost: /, told.stderr);
    assert.match(told.stderr, /^sim: No answer: the connection was lost; trying again /);
    const posts = proxy.passed.filter(({ method }) => method === 'POST');
    assert.equal(posts.length, 2);
    assert.ok(posts[0]?.key && posts[0].key === posts[1]?.key);
    assert.equal(await left(id), 8);
    const levels = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).level);
    assert.ok(levels.includes('warn') && levels.includes('debug') && levels.includes('info'));
  });

  test('a service that is busy for a while is told, and asked again when it wants', async () => {
    const id = await putOnSale('Busy', 10);
    const busy: Canned = { status: 429, headers: { 'retry-after': '1' }, body: '{}' };
    let times = 0;
    proxy.answers = ({ method }) => (method === 'POST' && times++ === 0 ? busy : undefined);
    const told = await simClient(somebody({ url: proxy.url }), 'book', id, '1');
    proxy.answers = () => undefined;
    assert.match(told.stderr, /^sim: The service is busy; trying again in 1(\.\d)? s\n$/);
    assert.match(told.stdout, /^You have 1 ticket of Busy/);
    assert.equal(await left(id), 9);
  });

  test('an answer that never comes ends at the time limit, and leaves no doubt about the doubt', async () => {
    const id = await putOnSale('Never', 10);
    proxy.loses = ({ method }) => method === 'POST';
    const told = await simClient(somebody({ url: proxy.url }), 'book', id, '1', '--timeout', '3');
    proxy.loses = () => false;
    assert.equal(told.code, 1);
    assert.match(
      told.stderr,
      // Which of the two, the limit decides: it may come while an attempt is being answered.
      /cannot be reached: (the connection was lost|no answer in time \(3 s\)); it may have been done all the same\n$/,
    );
    assert.equal(await left(id), 9);
  });

  test('what is deleted or edited, and whose answer is lost, is done', async () => {
    const id = await putOnSale('Gone', 10);
    const lost = new Set<string>();
    proxy.loses = ({ method }) =>
      ['PATCH', 'DELETE'].includes(method) && !lost.has(method) && !!lost.add(method);
    const me = somebody({ url: proxy.url });
    const edited = await jsonOf(simClient(me, 'edit', id, '--total', '11', '--json'));
    assert.equal(edited['capacity'], 11);
    const deleted = await simClient(me, 'delete', id);
    proxy.loses = () => false;
    assert.equal(deleted.stdout, 'Gone is no longer on sale\n', deleted.stderr);
    assert.equal(lost.size, 2);
  });

  test('what is no box office is told as such, and cannot paint the terminal', async () => {
    proxy.answers = () => ({ status: 200, body: '{"events":[{"id":"\\u001b[2J"}]}' });
    const odd = await simClient(somebody({ url: proxy.url }), 'events');
    proxy.answers = () => ({ status: 404, body: '{"detail":"\\u001b[2Jevil"}' });
    const evil = await simClient(somebody({ url: proxy.url }), 'events');
    proxy.answers = () => undefined;
    assert.deepEqual([odd.code, evil.code], [1, 1]);
    assert.match(
      odd.stderr,
      /does not answer as a box office does: events\[0\]\.name must be a text/,
    );
    assert.equal(evil.stderr, 'sim: ?[2Jevil\n');
  });
});
