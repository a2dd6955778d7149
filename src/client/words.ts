// What came of something, in words for a person; nothing of what others wrote can paint the terminal.

import { messageOf } from '../base/errors.ts';
import { numberText } from '../base/number-text.ts';
import { cutToWidth, fitForTerminal } from '../base/terminal-text.ts';
import type { EventAnswer, ReservationAnswer } from './answers.ts';
import { ServiceProblem } from './problem.ts';
import type { Settling } from './ticket-service.ts';

/** Of a name in a sentence. */
const NAME_MAX = 40;
/** Tickets that are named one by one. */
const TICKETS_MAX = 4;

/** `1 ticket`, `2 tickets`. */
export function ticketsText(count: number): string {
  return `${numberText(count)} ticket${count === 1 ? '' : 's'}`;
}

/** `42.50`; `free`. */
export function priceText(priceCents: number): string {
  return priceCents === 0 ? 'free' : (priceCents / 100).toFixed(2);
}

/** A name as it stands in a sentence. */
export function nameText(name: string): string {
  return cutToWidth(fitForTerminal(name), NAME_MAX);
}

/** `You have 2 tickets of Jazz night: 1-ab-0, 1-ab-1`. */
export function reservedWords(reservation: ReservationAnswer, eventName: string): string {
  const { quantity, state } = reservation;
  const what = `${ticketsText(quantity)} of ${nameText(eventName)}`;
  if (state === 'held') {
    const until = timeText(reservation.expiresAt);
    return `${what} ${quantity === 1 ? 'is' : 'are'} held for you${until}: confirm to buy`;
  }
  return `You have ${what}: ${ticketNames(reservation.tickets)}`;
}

/** `until 20:15:00 UTC`. */
function timeText(moment: string | null): string {
  const time = /T(\d\d:\d\d:\d\d)/.exec(moment ?? '')?.[1];
  return time === undefined ? '' : ` until ${time} UTC`;
}

function ticketNames(tickets: readonly string[]): string {
  const names = fitForTerminal(tickets.slice(0, TICKETS_MAX).join(', '));
  const more = tickets.length - TICKETS_MAX;
  return more > 0 ? `${names} and ${more} more` : names;
}

const SETTLED_WORDS: Readonly<Record<Settling, (what: string) => string>> = {
  confirm: (what) => `You have bought ${what}`,
  release: (what) => `You have given back ${what}`,
  cancel: (what) => `You have cancelled ${what}`,
};

/** `You have cancelled 2 tickets of Jazz night`. */
export function settledWords(
  how: Settling,
  { quantity }: ReservationAnswer,
  eventName: string,
): string {
  return SETTLED_WORDS[how](`${ticketsText(quantity)} of ${nameText(eventName)}`);
}

/** What somebody is told whom the service refused. */
function refusalWords(problem: ServiceProblem): string {
  const { code, detail } = problem;
  if (code === 'sold-out') return soldOutWords(problem.figure('available'));
  const words = WORDS[code];
  if (words === undefined) return detail;
  return words.endsWith(':') ? `${words} ${detail}` : words;
}

const WORDS: Readonly<Record<string, string>> = {
  'not-logged-in': 'This needs somebody who is logged in',
  'wrong-credentials': 'The name or the password is wrong',
  forbidden: 'Not allowed:',
  contended: 'Too many buyers came at the same moment; nothing was reserved',
  overloaded: 'The service is busy; nothing was done',
  'in-doubt': 'Nobody knows yet whether this was done; look at your reservations',
  'event-changed': 'Somebody else has edited the event meanwhile; look at it again',
};

function soldOutWords(available: number | undefined): string {
  if (available === undefined) return 'Not enough tickets are left';
  if (available === 0) return 'Sold out: no tickets are left';
  return `Only ${numberText(available)} ${available === 1 ? 'is' : 'are'} left`;
}

/** Whether a token that was shown is worth nothing any more. */
export function isStaleToken(error: unknown): boolean {
  return error instanceof ServiceProblem && error.document['error'] === 'invalid_token';
}

/** One line for anything that goes wrong with the service. */
export function failureWords(error: unknown): string {
  if (isStaleToken(error)) return 'Your log-in has ended: log in again';
  return error instanceof ServiceProblem ? refusalWords(error) : fitForTerminal(messageOf(error));
}

/** What is left of an event, at a glance. */
export function stockText({ available, capacity }: EventAnswer): string {
  if (available === 0) return 'sold out';
  return `${numberText(available)} of ${numberText(capacity)}`;
}
