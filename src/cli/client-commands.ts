import { InputError } from '../base/errors.ts';
import {
  book,
  createEvent,
  deleteEvent,
  editEvent,
  eventOf,
  listEvents,
  listReservations,
  logIn,
  priceCentsOf,
  register,
  requireDate,
  requireName,
  settle,
  showEvent,
  showTotals,
  whoAmI,
} from '../client/actions.ts';
import { burst, burstText } from '../client/burst.ts';
import { isLoopback } from '../client/loopback.ts';
import type { EventFields, Settling } from '../client/ticket-service.ts';
import { type Action, listed } from './client-action.ts';
import { clientOptions } from './client-options.ts';
import { PASSWORD_EPILOGUE, passwordFor, passwordOption } from './client-password.ts';
import type { CommandGroup } from './commands.ts';
import { type Arguments, chosen, isSet, text, textOf, wholeNumber } from './options.ts';

const WHAT = 'What:';
const ROLES = ['customer', 'organizer'] as const;
const TICKETS_MAX = 2 ** 30;
/** A burst is bounded: it is a test, and not an attack. */
const BURST_REQUESTS_MAX = 1_000_000;
const BURST_CONNECTIONS_MAX = 1000;
const EVENT_EPILOGUE =
  'EVENT is the id of an event, the beginning of an id that no other has, or a name.';
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

const registering: Action = {
  name: 'register',
  summary: 'Make an account, and log in',
  operands: ['name'],
  options: {
    role: text(`what you are: ${ROLES.join(' or ')} [customer]`, WHAT),
    ...passwordOption(),
  },
  examples: [
    ['sim client register ada', 'asks for a password'],
    [
      'printf %s "$SECRET" | sim client register olga --role organizer --password-stdin',
      'for scripts',
    ],
  ],
  epilogue: PASSWORD_EPILOGUE,
  async prepare(argv, [name = '']) {
    const role = chosen(argv, 'role', ROLES, 'customer');
    const password = await passwordFor(argv, true);
    return (client, manner) => register(client, { name, password, role }, manner);
  },
};

const loggingIn: Action = {
  name: 'login',
  summary: 'Log in; commands from then on are yours',
  operands: ['name'],
  options: passwordOption(),
  examples: [['sim client login ada', 'asks for the password']],
  epilogue: `${PASSWORD_EPILOGUE} What logs you in is kept in $XDG_STATE_HOME/onsale or ~/.local/state/onsale, readable for you only.`,
  async prepare(argv, [name = '']) {
    const password = await passwordFor(argv, false);
    return (client, manner) => logIn(client, name, password, manner);
  },
};

const loggingOut: Action = {
  name: 'logout',
  summary: 'Forget the log-in that is kept here',
  operands: [],
  examples: [['sim client logout', 'you are a guest again']],
  prepare: () => async (client) => {
    client.logOut();
    return { json: { account: null }, text: `logged out of ${client.url}\n` };
  },
};

const whoami: Action = {
  name: 'whoami',
  summary: 'Show who is logged in',
  operands: [],
  examples: [['sim client whoami --json', 'for scripts']],
  prepare: () => whoAmI,
};

const bursting: Action = {
  name: 'burst',
  summary: 'Ask for tickets many times at once, and show what came of it',
  operands: ['event'],
  options: {
    requests: text('how many, each for one ticket [1000]', WHAT),
    connections: text('how many at a time [50]', WHAT),
    'i-own-this-target': {
      type: 'boolean',
      description: 'allow a service that is not on this machine',
      group: WHAT,
    },
  },
  examples: [['sim client burst "Jazz night" --requests 2000 --connections 100', 'a small rush']],
  epilogue: `${EVENT_EPILOGUE} What is granted is bought. Each connection asks when it has its answer (closed model): for a test whose load does not yield, see sim run --strategy http.`,
  connections: (argv) => burstConnections(argv),
  prepare(argv, [given = '']) {
    const requests = numberOf(argv, 'requests', '1000', BURST_REQUESTS_MAX);
    const connections = burstConnections(argv);
    return async (client, manner) => {
      if (!isLoopback(client.url) && !isSet(argv, 'i-own-this-target')) {
        throw new InputError(
          `${client.url} is not on this machine, and a burst against somebody else's service is an attack: give --i-own-this-target if it is yours`,
        );
      }
      const sold = await eventOf(client, given, manner);
      const { signal } = manner;
      const result = await burst(client, { event: sold, requests, connections, signal });
      return { json: result, text: burstText(result) };
    };
  },
};

/** The commands of `sim client`, in the order in which its help lists them. */
export const CLIENT_GROUP: CommandGroup = {
  options: clientOptions(),
  commands: [
    events,
    event,
    booking('book'),
    booking('reserve'),
    reservations,
    settling('cancel', 'Give back tickets that you bought or hold'),
    settling('confirm', 'Buy tickets that you hold'),
    settling('release', 'Give back tickets that you hold'),
    registering,
    loggingIn,
    loggingOut,
    whoami,
    create,
    edit,
    remove,
    totals,
    bursting,
  ].map(listed),
};

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

function burstConnections(argv: Arguments): number {
  return numberOf(argv, 'connections', '50', BURST_CONNECTIONS_MAX);
}

function numberOf(argv: Arguments, flag: string, byDefault: string, max: number): number {
  return wholeNumber(flag, textOf(argv, flag) ?? byDefault, 1, max);
}

function countOf(operand: string, given: string, max: number): number {
  const value = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (value >= 1 && value <= max) return value;
  throw new InputError(`${operand} must be a whole number from 1 to ${max}; got "${given}"`);
}
