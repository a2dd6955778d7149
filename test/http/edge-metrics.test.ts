import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { monotonicMs } from '../../src/base/clock.ts';
import { MetricMemory } from '../../src/http/edge/metric-memory.ts';
import { Metrics } from '../../src/http/edge/metrics.ts';
import { prometheusText } from '../../src/http/edge/prometheus.ts';
import { openEdgeServer } from '../support/edge-server.ts';
import fc from '../support/fast-check.ts';
import { type Parsed, parsePrometheus } from '../support/prometheus-parser.ts';

/** The one value with this name and these labels. */
function told(parsed: Parsed, name: string, labels: Record<string, string> = {}): number {
  const found = parsed.samples.filter(
    (each) =>
      each.name === name &&
      Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}: ${found.length} values`);
  return found[0]?.value as number;
}

const LABELS = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', 'n', '}', ',', '{', ' '),
    fc.string({ unit: 'binary' }),
  ),
});

test('a label and a help of any characters come through the format as they are: 300 texts', () => {
  fc.assert(
    fc.property(LABELS, fc.double(), (text, value) => {
      const formatted = prometheusText([
        { name: 'a_total', help: text, type: 'counter', samples: [{ labels: { b: text }, value }] },
      ]);
      const { samples, families } = parsePrometheus(formatted);
      assert.equal(families.get('a_total')?.help, text);
      assert.equal(samples[0]?.labels['b'], text);
      assert.ok(Object.is(samples[0]?.value, value) || samples[0]?.value === value);
    }),
    { numRuns: 300 },
  );
});

test('what 3 threads count is added up, and what each sets is shown for each', () => {
  const memory = MetricMemory.allocate(3);
  const threads = [0, 1, 2].map((thread) => new Metrics(memory, thread, monotonicMs));
  for (const [thread, metrics] of threads.entries()) {
    metrics.count('reservations', 'sold-out', thread + 1);
    metrics.count('ticketsSold', 'all', 2 ** 31);
    metrics.setGauge('waiting', thread * 10);
  }
  const parsed = parsePrometheus((threads[1] as Metrics).text());
  assert.equal(told(parsed, 'onsale_reservations_total', { outcome: 'sold-out' }), 6);
  assert.equal(told(parsed, 'onsale_reservations_total', { outcome: 'reserved' }), 0);
  assert.equal(told(parsed, 'onsale_tickets_sold_total'), 3 * 2 ** 31);
  assert.equal(told(parsed, 'onsale_admission_queue', { thread: '2' }), 20);
});

test('requests are counted by route, method and status, whatever their paths are', async () => {
  const { url, shutdown } = await openEdgeServer({
    routes: (app) => {
      app.get('/events/:id', (request, reply) => {
        const { id } = request.params as { id: string };
        reply.code(id === 'none' ? 404 : 200).send({});
      });
      app.route({ method: ['PUT', 'PATCH'], url: '/both', handler: () => ({}) });
    },
  });
  for (const id of ['1', '2', 'x"y', 'none'])
    await fetch(`${url}/events/${encodeURIComponent(id)}`);
  for (const method of ['PUT', 'PATCH', 'PATCH']) await fetch(`${url}/both`, { method });
  for (const path of ['/no', '/such', '/route']) await fetch(url + path);
  await fetch(`${url}/echo`, { method: 'POST' });
  const answer = await fetch(`${url}/metrics`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const parsed = parsePrometheus(await answer.text());
  const requests = (method: string, route: string, status: string) =>
    told(parsed, 'onsale_http_requests_total', { method, route, status });
  assert.equal(requests('GET', '/events/:id', '2xx'), 3);
  assert.equal(requests('GET', '/events/:id', '4xx'), 1);
  assert.equal(requests('PUT', '/both', '2xx'), 1);
  assert.equal(requests('PATCH', '/both', '2xx'), 2);
  assert.equal(requests('any', 'unmatched', '4xx'), 3);
  assert.equal(requests('POST', '/echo', '2xx'), 1);
  const durations = parsed.samples.filter(
    ({ name, labels }) =>
      name === 'onsale_http_request_duration_seconds_bucket' && labels['route'] === '/events/:id',
  );
  assert.equal(durations.length, 14);
  assert.equal(durations.at(-1)?.labels['le'], '+Inf');
  assert.equal(durations.at(-1)?.value, 4);
  for (const [index, { value }] of durations.entries()) {
    assert.ok(value >= (durations[index - 1]?.value ?? 0), 'buckets are cumulative');
  }
  const labels = { route: '/events/:id' };
  assert.equal(told(parsed, 'onsale_http_request_duration_seconds_count', labels), 4);
  assert.ok(told(parsed, 'onsale_http_request_duration_seconds_sum', labels) > 0);
  assert.ok(told(parsed, 'process_cpu_seconds_total') > 0);
  assert.ok(told(parsed, 'process_resident_memory_bytes') > 2 ** 20);
  assert.equal(told(parsed, 'onsale_permits_free', { thread: '0' }), 256);
  await shutdown();
});

test('a duration counts in the bucket that it does not exceed', () => {
  const memory = new MetricMemory(MetricMemory.allocate(1), 0);
  for (const durationMs of [0, 1, 1.001, 10_000, 10_001]) memory.addRequest(5, 200, durationMs);
  const { byBucket, byClass, secondsSum } = memory.route(5);
  assert.deepEqual(byBucket, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  assert.deepEqual(byClass, [0, 5, 0, 0, 0]);
  assert.ok(Math.abs(secondsSum - 20.003001) < 1e-6);
});

test('more routes than there is room for are counted together', async () => {
  const { url, shutdown } = await openEdgeServer({
    routes: (app) => {
      for (let i = 0; i < 300; i++) app.post(`/r${i}`, () => ({}));
    },
  });
  await fetch(`${url}/r299`, { method: 'POST' });
  const parsed = parsePrometheus(await (await fetch(`${url}/metrics`)).text());
  assert.equal(told(parsed, 'onsale_http_requests_total', { route: 'unmatched' }), 1);
  await shutdown();
});

test('what others tell is asked for with each scrape; who fails, or never answers, is left out: 3 of them', async () => {
  const metrics = new Metrics(MetricMemory.allocate(1), 0, monotonicMs);
  let groups = 6;
  metrics.ask(async () => [
    {
      name: 'onsale_commit_groups_total',
      help: 'Groups.',
      type: 'counter',
      samples: [{ labels: {}, value: ++groups }],
    },
  ]);
  metrics.ask(() => Promise.reject(new Error('gone')));
  metrics.ask(() => new Promise(() => {}));
  const app = Fastify();
  metrics.install(app);
  for (const expected of [7, 8]) {
    const { statusCode, payload } = await app.inject('/metrics');
    assert.equal(statusCode, 200);
    assert.equal(told(parsePrometheus(payload), 'onsale_commit_groups_total'), expected);
  }
  await app.close();
});
