import type { ReservationAnswer } from '../answers.ts';
import { reservationLines } from '../tables.ts';
import type { Settling } from '../ticket-service.ts';
import { nameText, reservedWords, settledWords, ticketsText } from '../words.ts';
import { type App, attempt } from './attempt.ts';

interface Own {
  readonly reservations: readonly ReservationAnswer[];
  readonly nameOf: (eventId: string) => string;
}

/** What can be done with a reservation, by the state it is in. */
const SETTLINGS: Readonly<Record<ReservationAnswer['state'], readonly Settling[]>> = {
  held: ['confirm', 'release'],
  confirmed: ['cancel'],
  released: [],
  expired: [],
  cancelled: [],
};
const LABELS: Readonly<Record<Settling, string>> = {
  confirm: 'Buy them now',
  release: 'Give them back',
  cancel: 'Cancel: give them back',
};

/** One's own reservations, each with what can be done with it. */
export async function reservationsScreen(app: App): Promise<void> {
  const { screens } = app;
  for (;;) {
    const own = await ownReservations(app);
    if (own === undefined) return;
    const { reservations, nameOf } = own;
    const chosen = await screens.choose<ReservationAnswer>({
      title: 'My reservations',
      empty: 'There are none yet.',
      view(width) {
        const { heading, rows } = reservationLines(reservations, nameOf, width);
        const labelled = reservations.map((value, index) => {
          return { key: value.id, label: rows[index] ?? '', value };
        });
        return { heading, rows: labelled, note: '' };
      },
    });
    if (chosen === undefined) return;
    await settleScreen(app, chosen, nameOf(chosen.eventId));
  }
}

/** What to do with tickets that have just been held. */
export async function decideOnHold(
  app: App,
  reservation: ReservationAnswer,
  eventName: string,
): Promise<void> {
  await settleScreen(app, reservation, eventName);
}

async function ownReservations(app: App): Promise<Own | undefined> {
  const { client } = app;
  return attempt(app, 'Asking for your reservations', async (pending) => {
    const reservations = await client.reservations(pending);
    const events = await client.service.events(pending);
    const names = new Map(events.map(({ id, name }) => [id, name]));
    return { reservations, nameOf: (id: string) => names.get(id) ?? 'an event of the past' };
  });
}

async function settleScreen(
  app: App,
  reservation: ReservationAnswer,
  eventName: string,
): Promise<void> {
  const { client, screens } = app;
  const { state, id, quantity } = reservation;
  const what = `${ticketsText(quantity)} of ${nameText(eventName)}`;
  const settlings = SETTLINGS[state];
  if (settlings.length === 0) {
    screens.say({ kind: 'warn', text: `${what}: ${state}; nothing can be done with them` });
    return;
  }
  if (state === 'confirmed') {
    screens.say({ kind: 'done', text: reservedWords(reservation, eventName) });
  }
  const rows = settlings.map((how) => ({ key: how, label: LABELS[how], value: how }));
  const how = await screens.choose<Settling>({
    title: what,
    empty: '',
    view: () => ({ heading: '', rows, note: '' }),
  });
  if (how === undefined) return;
  await attempt(
    app,
    `${how === 'confirm' ? 'Buying' : 'Giving back'} ${what}`,
    (pending) => client.settle(how, id, pending),
    (settled) => settledWords(how, settled, eventName),
  );
}
