// The service of `sim serve`: guests where they may, else accounts. An order whose answer was lost is asked again by
// its Idempotency-Key, and settled.
import {
  type Adapter,
  type AskedBy,
  defineAdapter,
  type HttpAnswer,
  type HttpRefusal,
} from '../adapter.ts';

/** Accounts that buy: each log-in costs the server a tenth of a second. */
const CUSTOMERS = 4;

type Session = { readonly organizer: string; readonly customers: readonly string[] } | null;

const refusals: Readonly<Record<string, HttpRefusal>> = {
  'sold-out': 'sold out',
  throttled: 'busy',
  overloaded: 'busy',
  'in-flight': 'busy',
  contended: 'contended',
};

/** Of a request that is malformed, forbidden or about nothing. */
function refusalIn({ status, json }: HttpAnswer): HttpRefusal | undefined {
  const kind = /^urn:onsale:problem:(.+)$/.exec(json?.type ?? '')?.[1] ?? '';
  return refusals[kind] ?? (status >= 400 && status < 500 && kind !== '' ? 'failed' : undefined);
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
const organizer = ({ session }: AskedBy) => bearer((session as Session)?.organizer);
const customer = ({ session, client }: AskedBy & { readonly client: number }) =>
  bearer((session as Session)?.customers[client % CUSTOMERS]);

const adapter: Adapter = defineAdapter({
  name: 'onsale',
  async setUp(ask, sale): Promise<Session> {
    // Whoever may remove events, if there were this one, is let in as a guest.
    const { status } = await ask({ method: 'DELETE', path: '/events/none' });
    if (status !== 401) return null;
    const password = `${sale} ${sale}`;
    const logIn = async (name: string, role: string): Promise<string> => {
      const body = { name: name.replaceAll('_', '-'), password };
      await ask({ method: 'POST', path: '/accounts', body: { ...body, role } });
      const { json, status: told } = await ask({ method: 'POST', path: '/sessions', body });
      if (json?.token) return json.token as string;
      throw new Error(`nobody can log in as ${body.name}: ${told} ${json?.detail ?? ''}`);
    };
    const customers: string[] = [];
    for (let i = 0; i < CUSTOMERS; i++) customers.push(await logIn(`${sale}-${i}`, 'customer'));
    return { organizer: await logIn(sale, 'organizer'), customers };
  },
  list: {
    request: () => ({ method: 'GET', path: '/events' }),
    read: ({ json }) => json?.events,
  },
  reserve: {
    repeatable: true,
    request: ({ event, quantity, key, ...by }) => ({
      method: 'POST',
      path: '/reservations',
      headers: { ...customer(by), 'idempotency-key': key },
      body: { eventId: event, quantity },
    }),
    read: (answer) =>
      answer.status === 201
        ? { tickets: answer.json.tickets, receipt: answer.json.id }
        : refusalIn(answer),
  },
  cancel: {
    repeatable: true,
    request: ({ receipt, key, ...by }) => ({
      method: 'POST',
      path: `/reservations/${receipt}/cancel`,
      headers: { ...customer(by), 'idempotency-key': key },
    }),
    read: (answer) => (answer.json?.state === 'cancelled' ? 'cancelled' : refusalIn(answer)),
  },
  create: {
    request: ({ name, tickets, session }) => ({
      method: 'POST',
      path: '/events',
      headers: organizer({ session }),
      body: { name, date: '2099-12-31', capacity: tickets },
    }),
    read: ({ json }) => json?.id,
  },
  remove: {
    request: ({ event, session }) => ({
      method: 'DELETE',
      path: `/events/${event}`,
      headers: organizer({ session }),
    }),
    read: ({ status }) => (status === 204 || status === 404 ? 'removed' : undefined),
  },
});

export default adapter;
