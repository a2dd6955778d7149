import { InputError } from '../base/errors.ts';
import {
  createEvent,
  deleteEvent,
  editEvent,
  priceCentsOf,
  requireDate,
  requireName,
  showTotals,
} from '../client/actions.ts';
import type { EventFields } from '../client/ticket-service.ts';
import { type Action, countOf, EVENT_EPILOGUE, TICKETS_MAX, WHAT } from './client-action.ts';
import { type Arguments, text, textOf, wholeNumber } from './options.ts';

const totals: Action = {
  name: 'totals',
  summary: 'Show what is reserved and what remains of an event of yours',
  operands: ['event'],
  examples: [['sim client totals "Jazz night"', 'for its organizer, and for admins']],
  epilogue: EVENT_EPILOGUE,
  prepare:
    (_, [given = '']) =>
    (client, manner) =>
      showTotals(client, given, manner),
};

const create: Action = {
  name: 'create',
  summary: 'Put an event on sale',
  operands: ['name', 'date', 'total'],
  options: { price: text('of one ticket, as 42.50 [0]', WHAT) },
  examples: [['sim client create "Jazz night" 2027-05-01 500 --price 42.50', 'puts 500 on sale']],
  prepare(argv, [name = '', date = '', total = '']) {
    const fields: EventFields = {
      name: requireName(name),
      date: requireDate(date),
      capacity: countOf('TOTAL', total, TICKETS_MAX),
      priceCents: priceCentsOf(textOf(argv, 'price') ?? '0'),
    };
    return (client, manner) => createEvent(client, fields, manner);
  },
};

const edit: Action = {
  name: 'edit',
  summary: 'Change an event of yours',
  operands: ['event'],
  options: {
    name: text('a new name', WHAT),
    date: text('a new day or moment, as 2027-05-01', WHAT),
    price: text('a new price, as 42.50', WHAT),
    total: text('how many tickets there are in all', WHAT),
  },
  examples: [['sim client edit "Jazz night" --total 600', 'a hundred more']],
  epilogue: EVENT_EPILOGUE,
  prepare(argv, [given = '']) {
    const fields = editedFields(argv);
    if (Object.keys(fields).length === 0) {
      throw new InputError('sim client edit needs --name, --date, --price or --total');
    }
    return (client, manner) => editEvent(client, given, fields, manner);
  },
};

const remove: Action = {
  name: 'delete',
  summary: 'Remove an event of yours; what was sold of it is cancelled',
  operands: ['event'],
  examples: [['sim client delete "Jazz night"', 'for its organizer, and for admins']],
  epilogue: EVENT_EPILOGUE,
  prepare:
    (_, [given = '']) =>
    (client, manner) =>
      deleteEvent(client, given, manner),
};

/** What organizers do. */
export const ORGANIZING: readonly Action[] = [create, edit, remove, totals];

function editedFields(argv: Arguments): Partial<EventFields> {
  const [name, date] = [textOf(argv, 'name'), textOf(argv, 'date')];
  const [price, total] = [textOf(argv, 'price'), textOf(argv, 'total')];
  return {
    ...(name === undefined ? {} : { name: requireName(name) }),
    ...(date === undefined ? {} : { date: requireDate(date) }),
    ...(price === undefined ? {} : { priceCents: priceCentsOf(price) }),
    ...(total === undefined ? {} : { capacity: wholeNumber('total', total, 1, TICKETS_MAX) }),
  };
}
