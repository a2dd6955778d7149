import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { randomStream } from '../../src/base/random.ts';
import { Admission } from '../../src/http/edge/admission.ts';
import { deferred } from '../support/deferred.ts';
import { metricOf, openEdgeServer, RawClient, until } from '../support/edge-server.ts';

const SEED = process.env['ONSALE_TEST_SEED'] ?? 'admission';
const POST = 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const WHOLE = `${POST}Content-Length: 2\r\n\r\n{}`;

/** A server whose `POST /slow` answers when it is told to. */
async function openSlow(admission: object, more: object = {}) {
  const gate = deferred();
  let inside = 0;
  let most = 0;
  const server = await openEdgeServer({
    admission,
    ...more,
    routes: (app) => {
      app.post('/slow', async () => {
        most = Math.max(most, ++inside);
        await gate.promise;
        inside--;
        return {};
      });
      app.post('/fails', () => {
        throw new Error('as meant');
      });
    },
  });
  return { ...server, release: gate.resolve, inside: () => inside, most: () => most };
}

async function open(port: number, count: number, text: string): Promise<RawClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => RawClient.to(port)));
  for (const { socket } of clients) socket.write(text);
  return clients;
}

test('2 permits and 3 places in the queue: of 20 requests 5 are served and 15 are refused at once', async () => {
  const server = await openSlow({ concurrency: 2, queue: 3 });
  const clients = await open(server.port, 20, WHOLE);
  await until('15 refusals', () => clients.filter(({ text }) => text !== '').length === 15);
  for (const { text, statuses } of clients.filter((each) => each.text !== '')) {
    assert.deepEqual(statuses, [429]);
    assert.match(text, /^Retry-After: 1\r$/im);
    assert.match(text, /^Content-Type: application\/problem\+json; charset=utf-8\r$/im);
    assert.deepEqual(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))), {
      type: 'urn:onsale:problem:overloaded',
      title: 'Too many requests are waiting already',
      status: 429,
      detail: 'the server works on as many requests as it can; try again later',
      retryAfterSeconds: 1,
    });
  }
  // Reading goes on, and so does whoever watches.
  for (const path of ['/events', '/live', '/ready', '/metrics']) {
    assert.equal((await fetch(server.url + path)).status, 200, path);
  }
  server.release();
  await until(
    '5 answers',
    () => clients.filter(({ statuses }) => statuses[0] === 200).length === 5,
  );
  assert.equal(server.most(), 2);
  assert.equal(server.edge.admission.free, 2);
  assert.equal(metricOf(server.edge, 'onsale_admissions_total{decision="queued"}'), 3);
  assert.equal(metricOf(server.edge, 'onsale_refused_total{reason="queue-full"}'), 15);
  await server.shutdown();
});

test('the refused are refused before their bodies are there, and those who send slowly hold no permit', async () => {
  const server = await openSlow({ concurrency: 1, queue: 0 });
  const slow = await open(server.port, 5, `${POST}Content-Length: 100\r\n\r\n{`);
  const [first] = (await open(server.port, 1, WHOLE)) as [RawClient];
  await until('the permit is taken', () => server.inside() === 1);
  const [late] = (await open(server.port, 1, `${POST}Content-Length: 100\r\n\r\n`)) as [RawClient];
  await until('a refusal', () => late.statuses[0] === 429);
  const [asking] = (await open(
    server.port,
    1,
    `${POST}Expect: 100-continue\r\nContent-Length: 100\r\n\r\n`,
  )) as [RawClient];
  await until('a refusal', () => asking.statuses.length === 1);
  assert.deepEqual(asking.statuses, [429], 'and nobody is told to go on');
  server.release();
  await until('an answer', () => first.statuses[0] === 200);
  for (const { socket } of slow) socket.destroy();
  await server.shutdown();
});

test('who waits too long is refused, and who has gone waits no more', async () => {
  const server = await openSlow({ concurrency: 1, queue: 10 }, { queueTimeoutMs: 3000 });
  await open(server.port, 1, WHOLE);
  await until('the permit is taken', () => server.inside() === 1);
  const gone = await open(server.port, 4, WHOLE);
  const patient = await open(server.port, 3, WHOLE);
  await until('a queue', () => server.edge.admission.waiting === 7);
  for (const { socket } of gone) socket.destroy();
  await until('refusals', () => patient.every(({ statuses }) => statuses[0] === 429));
  assert.match((patient[0] as RawClient).text, /^Retry-After: 1\r$/im);
  assert.equal(server.edge.admission.waiting, 0);
  assert.equal(metricOf(server.edge, 'onsale_refused_total{reason="client-gone"}'), 4);
  assert.equal(metricOf(server.edge, 'onsale_refused_total{reason="waited-too-long"}'), 3);
  server.release();
  await until('the permit is back', () => server.edge.admission.free === 1);
  await server.shutdown();
});

test('work for a client who has gone keeps its permit until it is done', async () => {
  const server = await openSlow({ concurrency: 1, queue: 0 });
  const [gone] = (await open(server.port, 1, WHOLE)) as [RawClient];
  await until('the permit is taken', () => server.inside() === 1);
  gone.socket.destroy();
  await until(
    'the connection is closed',
    () => metricOf(server.edge, 'onsale_connections_open{thread="0"}') === 0,
  );
  assert.equal(server.edge.admission.free, 0);
  server.release();
  await until('the permit is back', () => server.edge.admission.free === 1);
  await server.shutdown();
});

test('a permit that is passed on to a client who has just gone is passed on again', async () => {
  const admission = new Admission({ permits: 1, queue: 2, queueTimeoutMs: 60_000 }, () => 0, {
    admitted() {},
    refused() {},
    changed() {},
  });
  const hooks = new Map<string, (...args: unknown[]) => void>();
  const app = {
    decorateRequest() {},
    addHook: (name: string, hook: never) => hooks.set(name, hook),
  };
  admission.install(app as unknown as FastifyInstance);
  const visitors = ['first', 'gone', 'last'].map((name) => {
    const visitor = { name, admitted: false, method: 'POST', raw: new EventEmitter() };
    hooks.get('preValidation')?.(visitor, visitor, () => {
      visitor.admitted = true;
    });
    return visitor;
  });
  const [first, gone, last] = visitors as [
    (typeof visitors)[0],
    (typeof visitors)[0],
    (typeof visitors)[0],
  ];
  hooks.get('onSend')?.(first, first, '', () => {});
  gone.raw.emit('close');
  await until('the last has the permit', () => last.admitted);
  assert.equal(gone.admitted, false);
  for (const each of visitors) hooks.get('onSend')?.(each, each, '', () => {});
  assert.equal(admission.free, 1);
});

test(`no permit is lost or doubled: 300 clients who leave at any moment, seed ${SEED}`, async () => {
  const { next } = randomStream(SEED, 'aborts');
  const server = await openEdgeServer({
    admission: { concurrency: 4, queue: 8 },
    queueTimeoutMs: 5,
    routes: (app) => {
      app.post('/slow', async () => {
        await new Promise((resolve) => setTimeout(resolve, next() * 4));
        if (next() < 0.2) throw new Error('as meant');
        return {};
      });
    },
  });
  let most = 0;
  const client = async (): Promise<void> => {
    const { socket, closed } = await RawClient.to(server.port);
    // Parts of a request, whole ones, several at once.
    const text =
      next() < 0.3 ? WHOLE.slice(0, next() * WHOLE.length) : WHOLE.repeat(1 + next() * 3);
    socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, next() * 15));
    most = Math.max(most, 4 - server.edge.admission.free);
    socket.destroy();
    await closed;
  };
  for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 30 }, client));
  const { admission } = server.edge;
  await until('all permits are free', () => admission.free === 4 && admission.waiting === 0);
  assert.ok(most > 0, 'the server was busy');
  const answer = await fetch(`${server.url}/echo`, { method: 'POST' });
  assert.equal(answer.status, 200);
  // What those who left had sent may still be met; a permit that is lost never comes back.
  await until('all permits are free again', () => admission.free === 4);
  await server.shutdown();
});

test('5 requests a second for each client: the sixth is told when to come back, health is always told', async () => {
  const server = await openEdgeServer({ admission: { clientRatePerSecond: 5 } });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => fetch(`${server.url}/events`)),
  );
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0);
  assert.ok(answers.some(({ status }) => status === 200));
  const [first] = refused as [Response];
  assert.equal(first.headers.get('retry-after'), '1');
  assert.equal(((await first.json()) as { type: string }).type, 'urn:onsale:problem:throttled');
  for (let i = 0; i < 20; i++) assert.equal((await fetch(`${server.url}/ready`)).status, 200);
  await server.shutdown();
});
