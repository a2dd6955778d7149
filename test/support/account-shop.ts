// A small service that speaks as seed system 3 does: accounts, an organizer's events, customers' reservations.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly username: string;
  readonly eventName: string;
  readonly quota: number;
  readonly eventID: number;
  readonly amount: number;
  readonly reservationID: number;
}

interface Reservation {
  readonly eventID: number;
  readonly user: string;
  readonly tickets: number;
}

export interface AccountShop {
  readonly url: string;
  readonly events: ReadonlyMap<number, { left: number }>;
  close(): Promise<void>;
}

/** @param batch the bug of its batches: so many buyers after one another get the receipt of the first */
export async function openAccountShop(batch = 1): Promise<AccountShop> {
  const roles = new Map<string, string>();
  const events = new Map<number, { left: number }>();
  const reservations = new Map<number, Reservation>();
  let sold = 0;

  /** The status and the data of an answer. */
  function answer(route: string, user: string, asked: Asked): readonly [number, unknown] {
    const event = events.get(asked.eventID);
    switch (route) {
      case 'POST /api/v1/login':
        return [200, { authToken: `token of ${asked.username}`, userId: 1 }];
      case 'POST /api/v1/events/create':
        if (roles.get(user) !== 'organizer') return [401, 'for organizers only'];
        events.set(events.size + 1, { left: asked.quota });
        return [201, { eventID: events.size }];
      case 'GET /api/v1/events/all':
        return [
          200,
          { events: [...events].map(([id, { left }]) => ({ eventID: id, quotaRemaining: left })) },
        ];
      case 'POST /api/v1/events/delete':
        return events.delete(asked.eventID) ? [200, { message: 'deleted' }] : [404, 'none'];
      case 'POST /api/v1/reservation/reserve': {
        if (roles.get(user) !== 'customer' || !event) return [401, 'for customers only'];
        if (event.left < asked.amount) return [400, 'event quota is not enough'];
        event.left -= asked.amount;
        const id = Math.floor(sold++ / batch) + 1;
        reservations.set(id, { eventID: asked.eventID, user, tickets: asked.amount });
        return [
          201,
          { ticket: { ReservationID: id, EventID: asked.eventID, Tickets: asked.amount } },
        ];
      }
      case 'POST /api/v1/reservation/cancel': {
        const held = reservations.get(asked.reservationID);
        if (!held || held.user !== user) return [400, 'Invalid ID'];
        reservations.delete(asked.reservationID);
        (events.get(held.eventID) as { left: number }).left += held.tickets;
        return [200, { message: 'Cancelled' }];
      }
      default:
        return [404, ''];
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = (text === '' ? {} : JSON.parse(text)) as Asked;
    const user = (request.headers.authorization ?? '').replace('Bearer token of ', '');
    const isNew = pathname === '/api/v1/register';
    if (isNew) roles.set(asked.username, searchParams.get('type') ?? 'customer');
    const [status, data] = isNew
      ? [200, { id: 1 }]
      : answer(`${request.method} ${pathname}`, user, asked);
    const told = status < 400 ? { code: 0, message: '', data } : { code: 1, message: data };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
