import { InputError, messageOf } from '../../base/errors.ts';
import { numberText } from '../../base/number-text.ts';
import { priceCentsOf, requireDate, requireName } from '../actions.ts';
import type { EventAnswer } from '../answers.ts';
import { totalsText } from '../tables.ts';
import type { EventFields } from '../ticket-service.ts';
import { nameText, priceText, ticketsText } from '../words.ts';
import { type App, attempt } from './attempt.ts';
import { chooseEvent } from './event-screens.ts';

const CAPACITY_MAX = 2 ** 30;

/** What is asked of an event: in these words, with the answer read so. */
interface Asked<Value> {
  readonly label: string;
  readonly question: string;
  /** @throws InputError in words for whoever typed it */
  readonly read: (answer: string) => Value;
}

const FIELDS: { readonly [Field in keyof EventFields]: Asked<EventFields[Field]> } = {
  name: { label: 'Name', question: 'Name of the event', read: requireName },
  date: { label: 'Day', question: 'Day or moment, as 2027-05-01', read: requireDate },
  capacity: { label: 'Tickets', question: 'How many tickets?', read: totalOf },
  priceCents: {
    label: 'Price',
    question: 'Price of one, as 42.50; 0 if it is free',
    read: priceCentsOf,
  },
};

/** Puts an event on sale. */
export async function createScreen(app: App): Promise<void> {
  const name = await askFor(app, 'name');
  if (name === undefined) return;
  const date = await askFor(app, 'date');
  if (date === undefined) return;
  const capacity = await askFor(app, 'capacity');
  if (capacity === undefined) return;
  const priceCents = await askFor(app, 'priceCents');
  if (priceCents === undefined) return;
  await attempt(
    app,
    `Putting ${nameText(name)} on sale`,
    (pending) => app.client.createEvent({ name, date, capacity, priceCents }, pending),
    (event) => `${nameText(event.name)} is on sale: ${ticketsText(event.capacity)}`,
  );
}

/** Changes an event, one thing after the other, until somebody goes back or is refused. */
export async function editScreen(app: App): Promise<void> {
  let event = await chooseEvent(app, 'Edit which event?');
  while (event !== undefined) {
    const field = await chooseField(app, event);
    if (field === undefined) return;
    const value = await askFor(app, field);
    if (value !== undefined) event = await editOne(app, event, { [field]: value });
  }
}

async function chooseField(
  { screens }: App,
  event: EventAnswer,
): Promise<keyof EventFields | undefined> {
  const now: Readonly<Record<keyof EventFields, string>> = {
    name: nameText(event.name),
    date: event.date,
    capacity: numberText(event.capacity),
    priceCents: priceText(event.priceCents),
  };
  const fields = Object.keys(FIELDS) as readonly (keyof EventFields)[];
  const rows = fields.map((field) => {
    return { key: field, label: `${FIELDS[field].label.padEnd(9)}${now[field]}`, value: field };
  });
  return screens.choose({
    title: `Change what of ${nameText(event.name)}?`,
    empty: '',
    view: () => ({ heading: '', rows, note: '' }),
  });
}

function editOne(
  app: App,
  event: EventAnswer,
  fields: Partial<EventFields>,
): Promise<EventAnswer | undefined> {
  return attempt(
    app,
    `Editing ${nameText(event.name)}`,
    (pending) => app.client.editEvent(event, fields, pending),
    (edited) => `${nameText(edited.name)} is edited`,
  );
}

/** Removes an event, once somebody has said that he means it. */
export async function deleteScreen(app: App): Promise<void> {
  const event = await chooseEvent(app, 'Delete which event?');
  if (event === undefined) return;
  const name = nameText(event.name);
  const isMeant = await app.screens.confirm(`Delete ${name}? Its tickets are cancelled`);
  if (isMeant !== true) return;
  await attempt(
    app,
    `Deleting ${name}`,
    (pending) => app.client.removeEvent(event, pending),
    () => `${name} is no longer on sale`,
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
      `${numberText(held + confirmed)} reserved, ${numberText(available)} remaining`,
  );
  if (totals) screens.show('Totals', totalsText(event.name, totals).trimEnd());
}

/** Undefined when somebody goes back. */
async function askFor<Field extends keyof EventFields>(
  { screens }: App,
  field: Field,
): Promise<EventFields[Field] | undefined> {
  const { question, read } = FIELDS[field];
  const answer = await screens.ask(question, faultOf(read));
  return answer === undefined ? undefined : read(answer);
}

/** What is wrong with an answer, by what would be thrown for it. */
function faultOf(read: (answer: string) => unknown): (answer: string) => string | undefined {
  return (answer) => {
    try {
      read(answer);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
}

function totalOf(answer: string): number {
  const total = /^\d{1,10}$/.test(answer) ? Number(answer) : 0;
  if (total >= 1 && total <= CAPACITY_MAX) return total;
  throw new InputError(`It must be a whole number from 1 to ${numberText(CAPACITY_MAX)}`);
}
