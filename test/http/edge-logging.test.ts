import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { InputError } from '../../src/base/errors.ts';
import type { LogLevel } from '../../src/base/log-line.ts';
import { LogFile } from '../../src/http/edge/log-file.ts';
import { metricOf, openEdgeServer, RawClient, until } from '../support/edge-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-log-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

async function openLogged(level: LogLevel, routes?: (app: FastifyInstance) => void) {
  const path = join(folder, `${files++}.log`);
  const server = await openEdgeServer({
    log: { level, file: path },
    accountOf: ({ headers }) => (headers.authorization === undefined ? undefined : 'account-7'),
    ...(routes && { routes }),
  });
  /** Ends the server and reads what it has logged. */
  const logged = async (): Promise<readonly Line[]> => {
    await server.shutdown();
    await server.edge.log.close();
    return linesOf(path);
  };
  return { ...server, path, logged };
}

function linesOf(path: string): readonly Line[] {
  const text = readFileSync(path, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

test('one line for each finished request, with its id, pattern and account', async () => {
  const { url, logged } = await openLogged('info', (app) => {
    app.get('/events/:id', () => ({}));
  });
  const headers = { 'x-request-id': 'mine-1', authorization: 'Bearer x' };
  const answer = await fetch(`${url}/events/5?token=abc`, { headers });
  assert.equal(answer.headers.get('x-request-id'), 'mine-1');
  const other = await fetch(`${url}/nowhere`);
  const lines = (await logged()).filter(({ msg }) => msg === 'request');
  assert.equal(lines.length, 2);
  const { time, durationMs, ...first } = lines[0] as Line;
  assert.deepEqual(first, {
    level: 'info',
    reqId: 'mine-1',
    method: 'GET',
    route: '/events/:id',
    status: 200,
    remoteAddress: '127.0.0.1',
    accountId: 'account-7',
    msg: 'request',
  });
  assert.match(time as string, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(typeof durationMs, 'number');
  assert.equal(lines[1]?.['route'], 'unmatched');
  assert.equal(lines[1]?.['reqId'], other.headers.get('x-request-id'));
});

for (const [kind, id] of [
  ['empty', ''],
  ['longer than 64', 'x'.repeat(65)],
  ['with a space', 'a b'],
  ['with a letter beyond ASCII', 'é'],
] as const) {
  test(`a request id that is ${kind} is replaced by one of the server's`, async () => {
    const { port, shutdown } = await openLogged('error');
    const client = await RawClient.to(port);
    client.socket.write(`GET /events HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`, 'latin1');
    await until('an answer', () => client.statuses.length === 1);
    const [, echoed] = /^x-request-id: (.*)\r$/im.exec(client.text) as RegExpExecArray;
    assert.match(echoed as string, /^r_\d+_[0-9a-f]{12}_1$/);
    client.socket.destroy();
    await shutdown();
  });
}

test('nobody writes lines of their own into the log', async () => {
  const { port, url, logged } = await openLogged('debug');
  const client = await RawClient.to(port);
  const id = '"}{"level":"error","msg":"forged"}';
  client.socket.write(
    `GET /%0a{"msg":"forged"} HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`,
  );
  await until('an answer', () => client.statuses.length === 1);
  await fetch(`${url}/${encodeURIComponent('\n{"msg":"forged"}')}`);
  client.socket.destroy();
  const lines = await logged();
  assert.deepEqual(
    lines.filter(({ msg }) => msg === 'forged'),
    [],
  );
  assert.ok(lines.some(({ reqId }) => reqId === id));
});

test('no secret gets into the log: registering, logging in, reserving, failing, at level debug', async () => {
  const secrets = ['s3cret-password', 's3cret-token', 's3cret-key', 's3cret-cookie', 's3cret-body'];
  const [password, token, key, cookie, text] = secrets as [string, string, string, string, string];
  const { url, path, logged } = await openLogged('debug', (app) => {
    app.post('/accounts', (request) => {
      // As careless as can be.
      request.log.info({ body: request.body, password }, 'registering');
      request.log.info({ req: request }, 'a request');
      return {};
    });
    app.post('/sessions', (request) => {
      request.log.warn({ headers: request.headers }, 'logging in');
      request.log.warn({ request: { headers: request.headers } }, 'logging in');
      return { token };
    });
    app.post('/events/:id/reserve', (request, reply) => {
      request.log.info({ res: reply, token, answer: { token } }, 'reserving');
      return { token };
    });
    app.post('/fails', () => {
      throw Object.assign(new Error('as meant'), { token, request: { password } });
    });
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'idempotency-key': key,
    cookie,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ name: 'ann', password, text });
  const answers = await Promise.all(
    [
      '/accounts',
      '/sessions',
      `/events/1/reserve?token=${token}`,
      '/fails',
      `/none?t=${token}`,
    ].map(async (route) => (await fetch(url + route, { method: 'POST', headers, body })).status),
  );
  assert.deepEqual(answers, [200, 200, 200, 500, 404]);
  const lines = await logged();
  assert.equal(lines.filter(({ msg }) => msg === 'request').length, 5);
  const [failure] = lines.filter(({ msg }) => msg === 'error');
  assert.match((failure?.['err'] as Error | undefined)?.stack ?? '', /as meant\n +at /);
  const logText = readFileSync(path, 'utf8');
  // What a route logs of a body under another name is its own doing.
  for (const secret of secrets.slice(0, 4)) assert.ok(!logText.includes(secret), secret);
});

test('at level error a request leaves no line, at level silent there is no file', async () => {
  const quiet = await openLogged('error');
  await fetch(`${quiet.url}/events`);
  assert.deepEqual(await quiet.logged(), []);
  const silent = await openLogged('silent');
  await fetch(`${silent.url}/events`);
  await silent.shutdown();
  await silent.edge.log.close();
  assert.ok(!existsSync(silent.path));
});

test('a log file that cannot be opened is said so when the server starts', () => {
  const path = join(folder, 'none', 'a.log');
  assert.throws(
    () => new LogFile(path, () => {}),
    (error) => error instanceof InputError && error.message.includes(path),
  );
});

function numbered(i: number): string {
  return `${JSON.stringify({ i })}\n`;
}

test('after a rename, reopening goes on in a new file, and no line is lost: 2000 lines', async () => {
  const path = join(folder, 'rotated.log');
  const file = new LogFile(path, (lines) => assert.fail(`${lines} lost`));

  for (let i = 0; i < 1000; i++) file.write(numbered(i));
  renameSync(path, `${path}.1`);
  file.reopen();
  for (let i = 1000; i < 2000; i++) file.write(numbered(i));
  await file.close();
  const all = [...linesOf(`${path}.1`), ...linesOf(path)].map((each) => each['i']);
  assert.deepEqual(
    all,
    Array.from({ length: 2000 }, (_, i) => i),
  );
  assert.ok(linesOf(path).length > 0);
});

test('two that append to one file do not mix their lines: 2 × 2000', async () => {
  const path = join(folder, 'shared.log');
  const both = [0, 1].map(() => new LogFile(path, () => assert.fail('lost')));
  for (let i = 0; i < 2000; i++) {
    for (const [who, file] of both.entries()) {
      file.write(`${JSON.stringify({ who, text: 'x'.repeat(i % 300) })}\n`);
    }
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  await Promise.all(both.map((file) => file.close()));
  assert.equal(linesOf(path).length, 4000);
});

test('a log that cannot be written does not end the server: the lines lost are counted', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full',
}, async () => {
  const { url, edge, shutdown } = await openEdgeServer({
    log: { level: 'info', file: '/dev/full' },
  });
  for (let i = 0; i < 20; i++) assert.equal((await fetch(`${url}/events`)).status, 200);
  await until('lines are lost', () => metricOf(edge, 'onsale_log_lines_lost_total') >= 20);
  await shutdown();
  await edge.log.close();
});
