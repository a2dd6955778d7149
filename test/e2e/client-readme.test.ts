// What the README shows of the client is what it prints.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask } from '../support/buyer.ts';
import { AT_TERMINAL, choose, sitDown } from '../support/client-seat.ts';
import { endAll, startServe } from '../support/serve-command.ts';
import type { Tmux } from '../support/tmux.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
const EVENTS = [
  { name: 'Jazz night', date: '2027-05-01', price: 42.5, capacity: 500, sold: 0 },
  {
    name: 'Chamber music at the old town hall',
    date: '2027-05-09T19:30:00Z',
    price: 28,
    capacity: 120,
    sold: 0,
  },
  { name: 'Rock am See', date: '2027-06-01', price: 79.9, capacity: 10_000, sold: 1843 },
  { name: "Children's theatre", date: '2027-06-06', capacity: 60, sold: 60 },
];
const ACCOUNT = { name: 'ada', password: 'a long password' };

const folder = mkdtempSync(join(tmpdir(), 'onsale-client-readme-'));
let seat: Tmux | undefined;
after(async () => {
  seat?.close();
  await endAll();
  rmSync(folder, { recursive: true });
});

/** A shop as it is in the README, and somebody who has logged in there; its URL. */
async function openReadmeShop(state: string): Promise<string> {
  const path = join(folder, 'events.json');
  writeFileSync(path, JSON.stringify(EVENTS.map((event) => ({ ...event, sold: undefined }))));
  const rest = ['--memory', '--threads', '1', '--log-level', 'silent', '--max-per-request', '9999'];
  const { url } = await startServe([...rest, '--events', path]);
  const { events } = (await ask(url, 'GET /events')).body;
  for (const [index, { sold }] of EVENTS.entries()) {
    const order = { eventId: events[index].id, quantity: sold };
    if (sold > 0) assert.equal((await ask(url, 'POST /reservations', order)).status, 201);
  }
  await ask(url, 'POST /accounts', { ...ACCOUNT, role: 'customer' });
  const { body } = await ask(url, 'POST /sessions', ACCOUNT);
  mkdirSync(join(state, 'onsale'), { recursive: true });
  const file = `${encodeURIComponent(url)}.session.json`;
  writeFileSync(join(state, 'onsale', file), JSON.stringify(body));
  return url;
}

/** Lines without what differs each time: the URL, and the names of tickets. */
function comparable(text: string): string[] {
  const same = text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'URL')
    .replaceAll(/\d-[0-9a-z]+-1\d{5}/g, 'TICKET');
  return same.split('\n').map((line) => line.trimEnd());
}

/** Fails unless all of these lines are on the screen, one below the other. */
function assertShows(screen: string, shown: string): void {
  const [on, expected] = [comparable(screen), comparable(shown)];
  const from = on.lastIndexOf(expected[0] as string);
  assert.deepEqual(on.slice(from, from + expected.length), expected, screen);
}

test('the README shows the client as it is, on a terminal of 80×24', AT_TERMINAL, async () => {
  const [, first = '', second = ''] =
    /^## The client$.*?^\$ npx sim client\n(.*?)^```$.*?^```\n(.*?)^```$/ms.exec(
      readFileSync(README, 'utf8'),
    ) ?? [];
  assert.ok(first !== '' && second !== '', 'the README shows two screens');
  const state = join(folder, 'state');
  seat = sitDown({ url: await openReadmeShop(state), state });
  await choose(seat, 'Events');
  await seat.sees(/live/);
  assertShows(seat.screen(), first.trimEnd());

  seat.press('Enter');
  await seat.sees(/◂ 1 ▸/);
  seat.press('2');
  await seat.sees(/◂ 2 ▸/);
  seat.press('Enter');
  await choose(seat, 'Buy');
  await seat.sees(/You have 2 tickets.*live/s);
  seat.press('Escape');
  await seat.sees(/◆ {2}What now/);
  await choose(seat, 'My reservations');
  await seat.sees(/confirmed\n.*Esc back/);
  assertShows(seat.screen(), second.trimEnd());
});
