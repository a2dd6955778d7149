// A server that is killed while it sells has sold what it said it had sold, and nothing else.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { randomStream } from '../../src/base/random.ts';
import { loadHttp } from '../support/http-load.ts';
import { SalesLedger } from '../support/sales-ledger.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const KILLS = LONG ? 200 : 20;
const SEED = process.env['ONSALE_TEST_SEED'] ?? (LONG ? String(Date.now()) : '7');
const BUYERS = 12;
/** The longest that a server lives once it sells. */
const LIFE_MS = 120;

const folder = mkdtempSync(join(tmpdir(), 'onsale-kill-'));
after(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** One that is soon sold out, and one that never is. */
const EVENTS = [
  { name: 'small', date: '2027-05-01', capacity: 40 },
  { name: 'large', date: '2027-05-01', capacity: 100_000 },
];

function start(): Promise<ServeProcess> {
  const file = join(folder, 'events.json');
  writeFileSync(file, JSON.stringify(EVENTS));
  const data = join(folder, 'data');
  return startServe(['--data', data, '--events', file, '--threads', '2', '--log-level', 'error']);
}

async function eventIds(url: string): Promise<string[]> {
  const { events } = (await (await fetch(`${url}/events`)).json()) as { events: { id: string }[] };
  return events.map(({ id }) => id);
}

/** Sells until the server is killed, at a moment that is drawn. */
async function sellUntilKilled(server: ServeProcess, ledger: SalesLedger, afterMs: number) {
  const load = loadHttp({
    url: server.url,
    connections: BUYERS,
    request: () => ledger.next(),
    onAnswer: (request, answer) => ledger.answered(request, answer),
    onLost: (request) => ledger.lost(request),
  });
  await delay(afterMs);
  server.child.kill('SIGKILL');
  await Promise.all([load, server.ended]);
}

test(`a server killed ${KILLS} times while it sells keeps all that it acknowledged, sells no ticket twice, and does no request twice: seed ${SEED}`, async () => {
  const { nextDouble } = randomStream(SEED, 'kill');
  let server = await start();
  const ids = await eventIds(server.url);
  assert.equal(ids.length, EVENTS.length);
  const ledger = new SalesLedger(ids, nextDouble);
  let inDoubt = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await sellUntilKilled(server, ledger, nextDouble() * LIFE_MS);
    inDoubt += ledger.unanswered;
    server = await start();
    await ledger.assertKept(server.url);
    await ledger.repeatUnanswered(server.url);
    await ledger.assertConserved(server.url);
  }
  await ledger.assertKept(server.url, true);
  const { code } = await server.stop();
  assert.equal(code, 0);
  // Killed between two requests, nothing is shown.
  assert.ok(inDoubt >= KILLS && ledger.sold >= KILLS, `${inDoubt} in doubt, ${ledger.sold} sold`);
});
