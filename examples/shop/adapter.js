// How the shop beside this file is spoken to: sim run --strategy http --target URL --adapter ./adapter.js
export default {
  name: 'shop',
  list: {
    request: () => ({ method: 'GET', path: '/shows' }),
    read: ({ json }) => json.map(({ name, left }) => ({ id: name, available: Math.max(0, left) })),
  },
  reserve: {
    request: ({ event, quantity }) => ({
      method: 'POST',
      path: `/shows/${event}/orders`,
      body: { seats: quantity },
    }),
    read({ status, json }) {
      if (status === 201) return { tickets: json.seats };
      if (status === 409) return 'sold out';
    },
  },
  create: {
    request: ({ name, tickets }) => ({
      method: 'PUT',
      path: `/shows/${name}`,
      body: { seats: tickets },
    }),
    read: ({ json }) => json.name,
  },
  remove: {
    request: ({ event }) => ({ method: 'DELETE', path: `/shows/${event}` }),
    read: ({ status }) => (status === 204 ? 'removed' : undefined),
  },
};
