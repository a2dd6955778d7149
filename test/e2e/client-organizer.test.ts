// What organizers and admins do at a terminal.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { ask } from '../support/buyer.ts';
import { AT_TERMINAL, answer, assertFits, choose, sitDown } from '../support/client-seat.ts';
import { endAll, startServe } from '../support/serve-command.ts';
import type { Tmux } from '../support/tmux.ts';

const PASSWORD = 'a long password';

const folder = mkdtempSync(join(tmpdir(), 'onsale-client-organizer-'));
let terminal: Tmux | undefined;
afterEach(async () => {
  terminal?.close();
  await endAll();
  rmSync(folder, { recursive: true });
});

async function logIn(seat: Tmux, name: string): Promise<void> {
  await choose(seat, 'Log in');
  await answer(seat, /◆ {2}Name/, name);
  await answer(seat, /◆ {2}Password/, PASSWORD);
  await seat.sees(new RegExp(`You are logged in as ${name}`));
}

/** Corrects what was typed, one key for each character of it. */
async function correct(seat: Tmux, fault: RegExp, typed: string, text: string): Promise<void> {
  await seat.sees(fault);
  for (const _ of typed) seat.press('BSpace');
  seat.type(text);
  seat.press('Enter');
}

test(
  'an organizer creates, edits, counts and deletes an event, an admin deletes another: 80×24',
  AT_TERMINAL,
  async () => {
    const path = join(folder, 'events.json');
    writeFileSync(path, JSON.stringify([{ name: 'Of nobody', date: '2027-05-01', capacity: 3 }]));
    const { url } = await startServe(
      ['--memory', '--log-level', 'silent', '--threads', '1', '--events', path, '--admin', 'ada'],
      { env: { ONSALE_ADMIN_PASSWORD: PASSWORD } },
    );
    const eventNames = async (): Promise<string[]> => {
      const { events } = (await ask(url, 'GET /events')).body;
      return events.map(({ name }: { name: string }) => name);
    };
    await ask(url, 'POST /accounts', { name: 'olga', password: PASSWORD, role: 'organizer' });
    const seat = sitDown({ url, state: join(folder, 'state') });
    terminal = seat;
    await logIn(seat, 'olga');

    await choose(seat, 'Create an event');
    await answer(seat, /◆ {2}Name of the event/, 'Opera');
    await answer(seat, /Day or moment/, 'soon');
    await correct(seat, /the date must be a day or a moment/, 'soon', '2027-05-02');
    await answer(seat, /How many tickets\?/, '0');
    await correct(seat, /a whole number from 1/, '0', '7');
    await answer(seat, /Price of one/, '12.5');
    await seat.sees(/Opera is on sale: 7 tickets/);

    await choose(seat, 'Edit an event');
    await seat.sees(/Edit which event\?/);
    await choose(seat, 'Opera +2027-05-02 +12\\.50 +7 of 7');
    assertFits(await seat.sees(/Change what of Opera\?.*Price +12\.50/s), 80);
    await choose(seat, 'Tickets +7');
    await answer(seat, /◆ {2}How many tickets\?/, '9');
    await seat.sees(/Opera is edited.*Tickets +9/s);
    seat.press('Escape');
    await seat.sees(/◆ {2}What now/);

    const opera = (await ask(url, 'GET /events')).body.events[1];
    await ask(url, 'POST /reservations', { eventId: opera.id, quantity: 2 });
    await choose(seat, 'Totals');
    await seat.sees(/Totals of which event\?/);
    await choose(seat, 'Opera');
    await seat.sees(/2 reserved, 7 remaining/);
    assertFits(await seat.sees(/reserved +2 \(0 of them held\)/), 80);

    await choose(seat, 'Help');
    // All of it at once.
    assertFits(await seat.sees(/Help ─.*Events .*Organizers +create, .*--help.*● Back/s), 80);
    seat.press('Enter');
    await seat.sees(/◆ {2}What now/);

    // Whoever only presses Enter has not meant it.
    for (const [key, told] of [
      ['Enter', /◆ {2}What now, olga/],
      ['y', /Opera is no longer on sale/],
    ] as const) {
      assert.ok((await eventNames()).includes('Opera'));
      await choose(seat, 'Delete an event');
      await seat.sees(/◆ {2}Delete which event\?/);
      await choose(seat, 'Opera');
      await seat.sees(/◆ {2}Delete Opera\? Its tickets are cancelled/);
      seat.press(key);
      await seat.sees(told);
    }
    assert.deepEqual(await eventNames(), ['Of nobody']);
    await choose(seat, 'Delete an event');
    await seat.sees(/◆ {2}Delete which event\?/);
    await choose(seat, 'Of nobody');
    await seat.sees(/◆ {2}Delete Of nobody\?/);
    seat.press('y');
    await seat.sees(/▲ {2}Not allowed: this event is another organizer’s/);

    await choose(seat, 'Log out');
    await seat.sees(/You are logged out/);
    await logIn(seat, 'ada');
    assert.doesNotMatch(await seat.sees(/◆ {2}What now, ada \(admin\)\?/), /○ (?:Create|Edit)/);
    await choose(seat, 'Delete an event');
    await seat.sees(/◆ {2}Delete which event\?/);
    await choose(seat, 'Of nobody');
    await seat.sees(/◆ {2}Delete Of nobody\?/);
    seat.press('y');
    await seat.sees(/Of nobody is no longer on sale/);
    assert.deepEqual(await eventNames(), []);
    await seat.sees(/● Events/);
    seat.press('q');
    await seat.sees(/exit 0\nicanon/);
  },
);
