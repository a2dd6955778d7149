import { messageOf } from '../../base/errors.ts';
import { priceCentsOf, requireDate, requireName } from '../actions.ts';
import { totalsText } from '../tables.ts';
import { countText, nameText } from '../words.ts';
import { type App, attempt } from './attempt.ts';
import { chooseEvent } from './event-screens.ts';

const CAPACITY_MAX = 2 ** 30;

/** Puts an event on sale. */
export async function createScreen(app: App): Promise<void> {
  const { client, screens } = app;
  const name = await screens.ask('Name of the event', faultOf(requireName));
  if (name === undefined) return;
  const date = await screens.ask('Day or moment, as 2027-05-01', faultOf(requireDate));
  if (date === undefined) return;
  const total = await screens.ask('How many tickets?', totalFault);
  if (total === undefined) return;
  const price = await screens.ask('Price of one, as 42.50; 0 if it is free', faultOf(priceCentsOf));
  if (price === undefined) return;
  const fields = {
    name: requireName(name),
    date,
    capacity: Number(total),
    priceCents: priceCentsOf(price),
  };
  await attempt(
    app,
    `Putting ${nameText(name)} on sale`,
    (pending) => client.service.create(fields, pending),
    (event) => `${nameText(event.name)} is on sale: ${countText(event.capacity)} tickets`,
  );
}

/** What is reserved and what remains of an event. */
export async function totalsScreen(app: App): Promise<void> {
  const { client, screens } = app;
  const event = await chooseEvent(app, 'Totals of which event?');
  if (event === undefined) return;
  const totals = await attempt(
    app,
    `Asking for the totals of ${nameText(event.name)}`,
    (pending) => client.service.totals(event.id, pending),
    ({ held, confirmed, available }) =>
      `${countText(held + confirmed)} reserved, ${countText(available)} remaining`,
  );
  if (totals) screens.show('Totals', totalsText(event.name, totals).trimEnd());
}

/** What is wrong with an answer, by what would be thrown for it. */
function faultOf(requirement: (answer: string) => unknown): (answer: string) => string | undefined {
  return (answer) => {
    try {
      requirement(answer);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
}

function totalFault(answer: string): string | undefined {
  const total = /^\d{1,10}$/.test(answer) ? Number(answer) : 0;
  return total >= 1 && total <= CAPACITY_MAX ? undefined : 'It must be a whole number from 1';
}
