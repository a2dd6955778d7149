// The form of seed system 1: all in the path and the query; its refusals are plain texts under 500.
import { type Adapter, defineAdapter } from '../adapter.ts';
import { listedIn, ticketsIn } from '../plain-answers.ts';

const adapter: Adapter = defineAdapter({
  name: 'seed1',
  list: {
    request: () => ({ method: 'GET', path: '/events' }),
    read: listedIn,
  },
  reserve: {
    request: ({ event, quantity }) => ({
      method: 'POST',
      path: `/events/${event}/reserve?num_tickets=${quantity}`,
    }),
    read: ticketsIn,
  },
  create: {
    request: ({ name, tickets }) => ({
      method: 'POST',
      path: '/events/create',
      body: { name, date: '2099-12-31', total_tickets: `${tickets}` },
    }),
    read: ({ status, json }) => (status === 200 ? json?.id : undefined),
  },
});

export default adapter;
