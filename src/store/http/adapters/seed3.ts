// The form of seed system 3: accounts that log in for a JWT; an organizer makes events with a quota, customers reserve,
// and cancel their own. A reservation is one receipt for all of its tickets.
import {
  type Adapter,
  type AskedBy,
  defineAdapter,
  type HttpAnswer,
  type HttpRefusal,
  type HttpRequest,
} from '../adapter.ts';
import { fieldIn } from '../plain-answers.ts';

const BASE = '/api/v1';
const CUSTOMERS = 4;

interface Session {
  readonly organizer: string;
  readonly customers: readonly string[];
}

function as(token: string | undefined, path: string, body?: object, method = 'POST'): HttpRequest {
  const headers = { authorization: `Bearer ${token ?? ''}` };
  return { method, path: `${BASE}${path}`, headers, ...(body ? { body } : {}) };
}

const organizer = ({ session }: AskedBy) => (session as Session).organizer;
const customer = ({ session, client }: AskedBy & { readonly client: number }) =>
  (session as Session).customers[client % CUSTOMERS];
/** Events are numbers, and told as such. */
const numbered = (id: string): string | number => (/^\d+$/.test(id) ? Number(id) : id);

/** Whatever it refuses, it refuses with 400: a quota that is used up by its message alone. */
function refusalIn({ status, body }: HttpAnswer): HttpRefusal | undefined {
  if (status === 429) return 'busy';
  if (status < 400 || status >= 500) return undefined;
  return /quota|sold out|not enough|insufficient/i.test(body) ? 'sold out' : 'failed';
}

const adapter: Adapter = defineAdapter({
  name: 'seed3',
  async setUp(ask, sale): Promise<Session> {
    const logIn = async (username: string, type: string): Promise<string> => {
      const register = `${BASE}/register?type=${type}`;
      await ask({ method: 'POST', path: register, body: { username } });
      const { status, json } = await ask({
        method: 'POST',
        path: `${BASE}/login`,
        body: { username },
      });
      const token = fieldIn(json?.data, 'authtoken');
      if (typeof token === 'string') return token;
      throw new Error(`nobody can log in as ${username}: ${status}`);
    };
    const customers: string[] = [];
    for (let i = 0; i < CUSTOMERS; i++) customers.push(await logIn(`${sale}-${i}`, 'customer'));
    return { organizer: await logIn(sale, 'organizer'), customers };
  },
  list: {
    request: (by) => as(organizer(by), '/events/all', undefined, 'GET'),
    read: ({ status, json }) => {
      const events = fieldIn(json?.data, 'events');
      if (status !== 200 || !Array.isArray(events)) return undefined;
      return events.map((event) => ({
        id: fieldIn(event, 'eventid') as number,
        available: fieldIn(event, 'quotaremaining', 'remainingquota') as number,
      }));
    },
  },
  reserve: {
    request: ({ event, quantity, ...by }) =>
      as(customer(by), '/reservation/reserve', { eventID: numbered(event), amount: quantity }),
    read: (answer) => {
      if (answer.status !== 201 && answer.status !== 200) return refusalIn(answer);
      const { ticket } = answer.json.data;
      const quantity = fieldIn(ticket, 'tickets') as number | undefined;
      return { receipt: fieldIn(ticket, 'reservationid') as string, quantity };
    },
  },
  cancel: {
    request: ({ receipt = '', ...by }) =>
      as(customer(by), '/reservation/cancel', { reservationID: numbered(receipt) }),
    read: (answer) => (answer.status === 200 ? 'cancelled' : refusalIn(answer)),
  },
  create: {
    request: ({ name, tickets, ...by }) =>
      as(organizer(by), '/events/create', { eventName: name, quota: tickets }),
    read: ({ status, json }) =>
      status === 201 || status === 200 ? (fieldIn(json?.data, 'eventid') as number) : undefined,
  },
  remove: {
    request: ({ event, ...by }) =>
      as(organizer(by), '/events/delete', { eventID: numbered(event) }),
    read: ({ status }) => (status === 200 ? 'removed' : undefined),
  },
});

export default adapter;
