// The client at a terminal, as a person uses it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import {
  AT_TERMINAL,
  answer,
  assertFits,
  choose,
  type Seat,
  sitDown as sitAt,
} from '../support/client-seat.ts';
import { HttpProxy } from '../support/http-proxy.ts';
import { patientFetch } from '../support/patient-fetch.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';
import { hasTmux, type Tmux } from '../support/tmux.ts';

const EVENTS = [
  { name: 'Jazz night', date: '2027-05-01', price: 42.5, capacity: 500 },
  { name: 'Last ticket', date: '2027-06-01', capacity: 1 },
  { name: `Long ${'name '.repeat(30)}`.trim(), date: '2027-06-01T20:00:00Z', capacity: 9 },
];
const ESCAPE = String.fromCharCode(27);
/** Of the mark of what is chosen: green. */
const COLORS = new RegExp(`${ESCAPE}\\[32m`);

let folder = '';
let server: ServeProcess;
let terminal: Tmux | undefined;
let people = 0;

before(async () => {
  if (!hasTmux) return;
  folder = mkdtempSync(join(tmpdir(), 'onsale-client-terminal-'));
  writeFileSync(join(folder, 'events.json'), JSON.stringify(EVENTS));
  server = await start();
});
afterEach(() => terminal?.close());
after(async () => {
  if (!hasTmux) return;
  await endAll();
  rmSync(folder, { recursive: true });
});

function start(port = 0): Promise<ServeProcess> {
  const events = join(folder, 'events.json');
  const rest = ['--memory', '--log-level', 'silent', '--threads', '1'];
  return startServe([...rest, '--events', events], { port });
}

/** Somebody whom nobody has seen before. */
function sitDown(more: Partial<Seat> = {}): Tmux {
  people++;
  terminal = sitAt({ url: server.url, state: join(folder, `person-${people}`), ...more });
  return terminal;
}

for (const [columns, rows, color] of [
  [80, 24, true],
  [120, 40, false],
] as const) {
  const how = `${columns}×${rows}, ${color ? 'in colour' : 'with NO_COLOR'}`;
  test(
    `a person registers, buys, looks, cancels, reads the log and quits: ${how}`,
    AT_TERMINAL,
    async () => {
      const env: Record<string, string> = color ? {} : { NO_COLOR: '1' };
      const log = join(folder, `${columns}.log`);
      const seat = sitDown({ columns, rows, env, args: ['--log-file', log] });
      await seat.sees(/Connected as a guest: 3 events/);
      await choose(seat, 'Register');
      await seat.sees(/● customer/);
      seat.press('Enter');
      await answer(seat, /Name/, `ada-${columns}`);
      await answer(seat, /Password/, 'a long password');
      await answer(seat, /Once more/, 'a long password');
      await seat.sees(new RegExp(`registered and logged in as ada-${columns} \\(customer\\)`));
      assert.doesNotMatch(seat.screen(), /a long password/);

      await seat.sees(/● Events/);
      seat.press('Enter');
      assertFits(await seat.sees(/● Jazz night +2027-05-01 +42\.50 +\d+ of 500/), columns);
      seat.press('Enter');
      await seat.sees(/How many tickets of Jazz night\?/);
      seat.press('Up');
      await seat.sees(/◂ 2 ▸ {2}85\.00 in all/);
      seat.press('Enter');
      await seat.sees(/● Buy/);
      seat.press('Enter');
      await seat.sees(/You have 2 tickets of Jazz night: \S+, \S+/);
      await seat.sees(/live/);
      seat.press('Escape');

      await seat.sees(/● Events/);
      await choose(seat, 'My reservations');
      await seat.sees(/● Jazz night +2 {2}confirmed/);
      seat.press('Enter');
      await seat.sees(/● Cancel/);
      assert.equal(COLORS.test(seat.screen(true)), color);
      seat.press('Enter');
      await seat.sees(/You have cancelled 2 tickets of Jazz night/);
      await seat.sees(/● Jazz night +2 {2}cancelled/);
      seat.press('Escape');

      await seat.sees(/● Events/);
      await choose(seat, 'Log$');
      assertFits(await seat.sees(/\d\d:\d\d:\d\d info {2}cancelled/), columns);
      seat.press('w');
      await seat.sees(/Nothing of this level yet/);
      seat.press('q');
      await seat.sees(/Good-bye.*exit 0\nicanon/s);
      const lines = readFileSync(log, 'utf8');
      assert.match(lines, /"level":"info".*"msg":"reserved"/);
      assert.doesNotMatch(lines, /a long password|Bearer/);
    },
  );
}

describe('a person is told', AT_TERMINAL, () => {
  test('that the last ticket has gone to somebody else meanwhile, and stock that changes on the screen', async () => {
    const seat = sitDown();
    await seat.sees(/● Events/);
    seat.press('Enter');
    await seat.sees(/Last ticket +2027-06-01 +free +1 of 1/);
    await choose(seat, 'Last ticket');
    await seat.sees(/◂ 1 ▸/);
    seat.press('Enter');
    await seat.sees(/● Buy/);
    await buy('Last ticket', 1);
    seat.press('Enter');
    await seat.sees(/▲ {2}Sold out: no tickets are left/);
    await seat.sees(/Last ticket +2027-06-01 +free +sold out/);
    await choose(seat, 'Last ticket');
    await seat.sees(/Last ticket is sold out/);
    await seat.sees(/live/);
    // Somebody else buys while nobody presses a key.
    const { available } = await eventCalled('Jazz night');
    await buy('Jazz night', 7);
    await seat.sees(new RegExp(`Jazz night +2027-05-01 +42\\.50 +${available - 7} of 500`));
    seat.press('C-c');
    await seat.sees(/Interrupted.*exit 130\nicanon/s);
  });

  test('how long a slow service takes; Esc has had enough, and Ctrl-C leaves with 130', async () => {
    const proxy = await HttpProxy.start(server.url);
    try {
      const seat = sitDown({ url: proxy.url });
      await seat.sees(/● Events/);
      proxy.delayMs = 60_000;
      seat.press('Enter');
      await seat.sees(/Asking what is on sale · \d s/);
      seat.press('Escape');
      await seat.sees(/No longer waited for/);
      await seat.sees(/● Events/);
      seat.press('Enter');
      await seat.sees(/Asking what is on sale.*Asking what is on sale/s);
      seat.press('C-c');
      await seat.sees(/Interrupted.*exit 130\nicanon/s);
    } finally {
      await proxy.close();
    }
  });

  test('that the service is gone, and that it is back: killed and started again', async () => {
    const mortal = await start();
    const seat = sitDown({ url: mortal.url });
    await seat.sees(/● Events/);
    seat.press('Enter');
    await seat.sees(/live/);
    mortal.child.kill('SIGKILL');
    await mortal.ended;
    await seat.sees(/No answer: .*; trying again/s);
    const again = await start(Number(new URL(mortal.url).port));
    await seat.sees(/live/);
    seat.press('Enter');
    await seat.sees(/How many tickets/);
    seat.press('Enter');
    await seat.sees(/● Buy/);
    seat.press('Enter');
    await seat.sees(/You have 1 ticket of Jazz night/);
    seat.press('q');
    await seat.sees(/exit 0/);
    await again.stop();
  });

  test('all of it in plain lines where the terminal can no more: TERM=dumb', async () => {
    const seat = sitDown({ env: { TERM: 'dumb' }, rows: 40 });
    await seat.sees(/11 {2}Quit\nNumber, q to quit:/);
    seat.type('1\n');
    await seat.sees(/1 {2}Jazz night .*Number, r to look again/s);
    seat.type('1\n');
    await seat.sees(/How many tickets of Jazz night\? \(1 to \d+\)/);
    seat.type('3\n');
    await seat.sees(/2 {2}Hold/);
    seat.type('2\n');
    await seat.sees(/ok: 3 tickets of Jazz night are held for you until .*2 {2}Give them back/s);
    seat.type('2\n');
    await seat.sees(/ok: You have given back 3 tickets of Jazz night/);
    assert.ok(!seat.screen(true).includes(ESCAPE));
    seat.type('q\n');
    await seat.sees(/exit 0\nicanon/);
  });
});

async function eventCalled(wanted: string): Promise<{ id: string; available: number }> {
  const { events } = (await (await fetch(`${server.url}/events`)).json()) as {
    events: readonly { id: string; name: string; available: number }[];
  };
  const event = events.find(({ name }) => name === wanted);
  assert.ok(event);
  return event;
}

async function buy(name: string, quantity: number): Promise<void> {
  const { id: eventId } = await eventCalled(name);
  const sold = await patientFetch(`${server.url}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventId, quantity }),
  });
  assert.equal(sold.status, 201);
}
