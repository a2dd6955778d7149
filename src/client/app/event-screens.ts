import { numberText } from '../../base/number-text.ts';
import type { EventAnswer, ReservationAnswer } from '../answers.ts';
import { nameText, priceText, reservedWords, ticketsText } from '../words.ts';
import { type App, attempt } from './attempt.ts';
import { LiveEvents } from './live-events.ts';
import { decideOnHold } from './reservation-screens.ts';

/** Nobody buys more with arrows and digits. */
const COUNT_MAX = 100_000;

/** Events to choose from, with what is left of each at this moment; then how many, and how. */
export async function eventsScreen(app: App): Promise<void> {
  for (;;) {
    const event = await chooseEvent(app, 'Events');
    if (event === undefined) return;
    await buyScreen(app, event);
  }
}

/** One of the events, or undefined when somebody goes back or there is no answer. */
export async function chooseEvent(app: App, title: string): Promise<EventAnswer | undefined> {
  const { client, screens } = app;
  const events = await attempt(app, 'Asking what is on sale', (pending) =>
    client.service.events(pending),
  );
  if (events === undefined) return undefined;
  return screens.choose(new LiveEvents(client, title, events));
}

async function buyScreen(app: App, event: EventAnswer): Promise<void> {
  const { client, screens } = app;
  const name = nameText(event.name);
  if (event.available === 0) {
    screens.say({ kind: 'warn', text: `${name} is sold out` });
    return;
  }
  const quantity = await screens.count({
    question: `How many tickets of ${name}?`,
    max: Math.min(event.available, COUNT_MAX),
    about: (count) => `${costText(event, count)} · ${numberText(event.available)} left`,
  });
  if (quantity === undefined) return;
  const tickets = ticketsText(quantity);
  const hold = await screens.choose({
    title: `${tickets} of ${name}, ${costText(event, quantity)}`,
    empty: '',
    view: () => ({
      heading: '',
      rows: [
        { key: 'buy', label: 'Buy', value: false },
        { key: 'hold', label: 'Hold for a while, and decide later', value: true },
      ],
      note: '',
    }),
  });
  if (hold === undefined) return;
  const reservation: ReservationAnswer | undefined = await attempt(
    app,
    `Asking for ${tickets} of ${name}`,
    (pending) => client.reserve(event, quantity, hold, pending),
    (reserved) => reservedWords(reserved, event.name),
  );
  if (reservation?.state === 'held') await decideOnHold(app, reservation, event.name);
}

function costText({ priceCents }: EventAnswer, count: number): string {
  return priceCents === 0 ? 'free' : `${priceText(priceCents * count)} in all`;
}
