// The form of seed system 2: it lists and reserves; 429 while all its permits are out. Events are made at its console.
import { type Adapter, defineAdapter } from '../adapter.ts';
import { listedIn, ticketsIn } from '../plain-answers.ts';

const adapter: Adapter = defineAdapter({
  name: 'seed2',
  list: {
    request: () => ({ method: 'GET', path: '/events' }),
    read: listedIn,
  },
  reserve: {
    request: ({ event, quantity }) => ({
      method: 'POST',
      path: `/reserve?eventId=${encodeURIComponent(event)}&tickets=${quantity}`,
    }),
    read: ticketsIn,
  },
});

export default adapter;
