// Each thing that can be asked for in one command: what it comes to, as data and as text.

import { InputError } from '../base/errors.ts';
import { isIsoDate } from '../base/iso-date.ts';
import { fitForTerminal } from '../base/terminal-text.ts';
import type { EventAnswer, ReservationAnswer } from './answers.ts';
import type { Waiting } from './asker.ts';
import type { Client } from './client.ts';
import { findEvent, findId } from './find-by-name.ts';
import { eventTable, eventText, reservationTable, totalsText } from './tables.ts';
import type { EventFields, Settling } from './ticket-service.ts';
import { nameText, reservedWords, settledWords } from './words.ts';

/** What an action comes to. */
export interface Told {
  readonly json: unknown;
  readonly text: string;
}

/** How wide lines may be, and how to wait. */
export interface Manner extends Waiting {
  readonly width: number;
}

export async function listEvents(client: Client, manner: Manner): Promise<Told> {
  const events = await client.service.events(manner);
  return { json: { events }, text: eventTable(events, manner.width) };
}

export async function showEvent(client: Client, given: string, manner: Manner): Promise<Told> {
  const event = await eventOf(client, given, manner);
  return { json: event, text: eventText(event) };
}

export async function book(
  client: Client,
  given: string,
  quantity: number,
  hold: boolean,
  manner: Manner,
): Promise<Told> {
  const event = await eventOf(client, given, manner);
  const reservation = await client.reserve(event, quantity, hold, manner);
  const words = reservedWords(reservation, event.name);
  return { json: reservation, text: `${words}\nreservation ${fitForTerminal(reservation.id)}\n` };
}

export async function settle(
  client: Client,
  how: Settling,
  given: string,
  manner: Manner,
): Promise<Told> {
  const id = isWhole(given) ? given : findId(given, await client.knownReservations(manner));
  const reservation = await client.settle(how, id, manner);
  const name = await eventName(client, reservation, manner);
  return { json: reservation, text: `${settledWords(how, reservation, name)}\n` };
}

export async function listReservations(client: Client, manner: Manner): Promise<Told> {
  const reservations = await client.reservations(manner);
  const names = new Map((await client.service.events(manner)).map(({ id, name }) => [id, name]));
  const text = reservationTable(reservations, (id) => names.get(id) ?? id, manner.width);
  return { json: { reservations }, text };
}

export async function showTotals(client: Client, given: string, manner: Manner): Promise<Told> {
  const event = await eventOf(client, given, manner);
  const totals = await client.service.totals(event.id, manner);
  const { id, name } = event;
  return { json: { event: { id, name }, ...totals }, text: totalsText(name, totals) };
}

export async function createEvent(
  client: Client,
  fields: EventFields,
  manner: Manner,
): Promise<Told> {
  const event = await client.createEvent(fields, manner);
  return { json: event, text: `${nameText(event.name)} is on sale\n${eventText(event)}` };
}

export async function editEvent(
  client: Client,
  given: string,
  fields: Partial<EventFields>,
  manner: Manner,
): Promise<Told> {
  const event = await eventOf(client, given, manner);
  const edited = await client.editEvent(event, fields, manner);
  return { json: edited, text: `${nameText(edited.name)} is edited\n${eventText(edited)}` };
}

export async function deleteEvent(client: Client, given: string, manner: Manner): Promise<Told> {
  const event = await eventOf(client, given, manner);
  await client.removeEvent(event, manner);
  const { id, name } = event;
  return { json: { deleted: { id, name } }, text: `${nameText(name)} is no longer on sale\n` };
}

export async function whoAmI(client: Client, manner: Manner): Promise<Told> {
  const account = await client.whoAmI(manner);
  if (!account) return { json: { account: null }, text: `a guest at ${client.url}\n` };
  const { name, role } = account;
  return { json: { account }, text: `${fitForTerminal(`${name} (${role})`)} at ${client.url}\n` };
}

export async function logIn(
  client: Client,
  name: string,
  password: string,
  manner: Manner,
): Promise<Told> {
  const account = await client.logIn(name, password, manner);
  const who = fitForTerminal(`${account.name} (${account.role})`);
  return { json: { account }, text: `logged in as ${who} at ${client.url}\n` };
}

/** Registers, and logs in. */
export async function register(
  client: Client,
  wanted: { readonly name: string; readonly password: string; readonly role: string },
  manner: Manner,
): Promise<Told> {
  await client.service.register(wanted, manner);
  return logIn(client, wanted.name, wanted.password, manner);
}

export async function eventOf(
  client: Client,
  given: string,
  waiting: Waiting,
): Promise<EventAnswer> {
  return findEvent(given, await client.service.events(waiting));
}

/** Whether somebody gave all of an id: it need not be looked up. */
function isWhole(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

/** The event may be gone, which is no reason not to say what was done. */
async function eventName(
  client: Client,
  { eventId }: ReservationAnswer,
  waiting: Waiting,
): Promise<string> {
  try {
    return (await client.service.event(eventId, waiting)).name;
  } catch {
    return eventId;
  }
}

/**
 * The hundredths of a price such as `42.50`.
 * @throws InputError when it is none
 */
export function priceCentsOf(given: string): number {
  const [, units, cents = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(given) ?? [];
  if (units === undefined)
    throw new InputError(`the price must be a number as 42.50; got "${given}"`);
  return Number(units) * 100 + Number(cents.padEnd(2, '0'));
}

/** @throws InputError when it is none */
export function requireDate(given: string): string {
  if (isIsoDate(given)) return given;
  throw new InputError(`the date must be a day or a moment as 2027-05-01; got "${given}"`);
}

/** @throws InputError when it is none */
export function requireName(given: string): string {
  const isFit = given.trim() !== '' && given.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(given);
  if (isFit) return given.trim();
  throw new InputError('the name must have 1 to 200 characters, none of them for control');
}
