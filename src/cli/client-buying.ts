import { book, listEvents, listReservations, settle, showEvent } from '../client/actions.ts';
import type { Settling } from '../client/ticket-service.ts';
import { type Action, countOf, EVENT_EPILOGUE, TICKETS_MAX, WHAT } from './client-action.ts';
import { isSet } from './options.ts';

const RESERVATION_EPILOGUE =
  'ID is the id of a reservation, or the beginning of one of yours that no other has.';

const events: Action = {
  name: 'events',
  summary: 'List the events, with what is left of each',
  operands: [],
  examples: [
    ['sim client events', 'a table'],
    ["sim client events --json | jq -r '.events[] | select(.available > 0).name'", 'for scripts'],
  ],
  prepare: () => listEvents,
};

const event: Action = {
  name: 'event',
  summary: 'Show one event',
  operands: ['event'],
  examples: [['sim client event "Jazz night"', 'what is left of it']],
  epilogue: EVENT_EPILOGUE,
  prepare:
    (_, [given = '']) =>
    (client, manner) =>
      showEvent(client, given, manner),
};

function booking(name: 'book' | 'reserve'): Action {
  return {
    name,
    summary: name === 'book' ? 'Buy tickets of an event' : 'The same as book',
    operands: ['event', 'n'],
    options: {
      hold: {
        type: 'boolean',
        description: 'only hold them for a while: confirm buys them, release gives them back',
        group: WHAT,
      },
    },
    examples: [
      [`sim client ${name} "Jazz night" 2`, 'buys two tickets'],
      [`sim client ${name} "Jazz night" 2 --hold --json | jq -r .id`, 'holds them'],
    ],
    epilogue: EVENT_EPILOGUE,
    prepare(argv, [given = '', n = '']) {
      const quantity = countOf('N', n, TICKETS_MAX);
      return (client, manner) => book(client, given, quantity, isSet(argv, 'hold'), manner);
    },
  };
}

function settling(name: Settling, summary: string): Action {
  return {
    name,
    summary,
    operands: ['id'],
    examples: [[`sim client ${name} 01a6b2c4-7d9e`, 'by the beginning of its id']],
    epilogue: RESERVATION_EPILOGUE,
    prepare:
      (_, [given = '']) =>
      (client, manner) =>
        settle(client, name, given, manner),
  };
}

const reservations: Action = {
  name: 'reservations',
  summary: 'List your reservations, the newest first',
  operands: [],
  examples: [['sim client reservations', 'yours; without an account, those made from here']],
  prepare: () => listReservations,
};

/** What buyers do. */
export const BUYING: readonly Action[] = [
  events,
  event,
  booking('book'),
  booking('reserve'),
  reservations,
  settling('cancel', 'Give back tickets that you bought or hold'),
  settling('confirm', 'Buy tickets that you hold'),
  settling('release', 'Give back tickets that you hold'),
];
