// What holds for a client holds for all threads together, whichever of them he comes to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveAs } from '../../src/http/serve.ts';
import { DEFAULT_ADMISSION, type ServerSettings } from '../../src/http/settings.ts';
import { canSharePort } from '../../src/http/threads/shared-port.ts';
import { serverSettings } from '../support/server-settings.ts';

const skip =
  !(await canSharePort('127.0.0.1')) && 'this Node cannot let several threads listen on one port';

/** On a new connection each time, so that all threads are asked; the statuses. */
async function askAtOnce(
  settings: Partial<ServerSettings>,
  count: number,
  path: string,
  init: RequestInit = {},
): Promise<{ statuses: number[]; threads: number; elapsedMs: number }> {
  const topology = { acceptors: 2, house: 'main', notes: [] } as const;
  const server = await serveAs(serverSettings({ threads: 2, ...settings }), topology);
  const beginMs = performance.now();
  const asked = Array.from({ length: count }, async () => {
    const headers = { ...(init.headers as Record<string, string>), connection: 'close' };
    const response = await fetch(server.url + path, { ...init, headers });
    await response.arrayBuffer();
    return response.status;
  });
  const statuses = await Promise.all(asked);
  const elapsedMs = performance.now() - beginMs;
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  await server.stop();
  const threads = metrics.match(/^onsale_connections_open\{thread=/gm)?.length ?? 0;
  return { statuses, threads, elapsedMs };
}

test('20 requests a second of one client are let in, whichever of 2 threads they come to: 60 at once', {
  skip,
}, async () => {
  const RATE = 20;
  const admission = { ...DEFAULT_ADMISSION, clientRatePerSecond: RATE };
  const { statuses, threads, elapsedMs } = await askAtOnce({ admission }, 60, '/events');
  assert.equal(threads, 2);
  const served = statuses.filter((status) => status === 200).length;
  assert.equal(statuses.filter((status) => status === 429).length, 60 - served);
  const most = RATE + Math.ceil((RATE * elapsedMs) / 1000);
  assert.ok(served >= RATE && served <= most, `${served} served in ${elapsedMs} ms`);
});

test('of 30 wrong passwords 5 are tried, whichever of 2 threads they come to', {
  skip,
}, async () => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'nobody', password: 'a wrong password' }),
  };
  const { statuses } = await askAtOnce({}, 30, '/sessions', init);
  assert.equal(statuses.filter((status) => status === 401).length, 5, statuses.join());
  assert.equal(statuses.filter((status) => status === 429).length, 25, statuses.join());
});
