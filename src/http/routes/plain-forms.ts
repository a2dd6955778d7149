// The forms of those who came before: all in the query, "200 OK", and of what was sold the ids of the tickets.
import { Refusal } from '../../service/refusals.ts';
import { type EventFields, ticketsOf } from '../../service/terms.ts';
import type { App, Desk } from '../app.ts';
import { posted } from '../idempotency.ts';
import { identifyBy } from '../identify.ts';
import { numberIn } from '../numbers.ts';
import {
  CAPACITY_MAX,
  IdParams,
  NumTicketsQuery,
  PlainEvent,
  PlainEventBody,
  PRICE_MAX,
  TicketEvent,
  TicketIds,
  TicketsQuery,
} from '../schemas.ts';
import { newEventView } from '../views.ts';

const TAGS = ['plain forms'];
const SELLING = ['not-logged-in', 'forbidden', 'not-found', 'sold-out', 'contended'] as const;

/** Reserve and create as the plainest of clients do. */
export function plainRoutes(app: App, desk: Desk): void {
  const { office, tokens, idempotency, backOffice } = desk;
  const onRequest = identifyBy(tokens);
  const sell = { status: 200, show: ticketsOf } as const;
  app.addHook('onRequest', (request, _reply, done) => {
    // What Go's client makes of a content type that it was not told.
    if (request.headers['content-type'] === '') delete request.headers['content-type'];
    done();
  });
  // Such clients send bodies of whatever type with it, and mean nothing by them.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => {
    done(null, undefined);
  });

  app.post(
    '/events/:id/reserve',
    {
      onRequest,
      config: { problems: SELLING },
      schema: {
        tags: TAGS,
        summary: 'Buy tickets of an event',
        params: IdParams,
        querystring: NumTicketsQuery,
        response: { 200: TicketIds },
      },
    },
    posted(
      {
        ...sell,
        run: ({ caller, params, query }, keeper) => {
          const { num_tickets: digits } = query as NumTicketsQuery;
          const quantity = numberIn('num_tickets', digits, 1, office.terms.maxPerRequest);
          const eventId = (params as IdParams).id;
          return office.reserve(caller, { eventId, quantity, hold: false }, keeper);
        },
      },
      idempotency,
      backOffice,
    ),
  );

  app.post(
    '/reserve',
    {
      onRequest,
      config: { problems: SELLING },
      schema: {
        tags: TAGS,
        summary: 'Buy tickets of an event',
        querystring: TicketsQuery,
        response: { 200: TicketIds },
      },
    },
    posted(
      {
        ...sell,
        run: ({ caller, query }, keeper) => {
          const { eventId, tickets } = query as TicketsQuery;
          const quantity = numberIn('tickets', tickets, 1, office.terms.maxPerRequest);
          return office.reserve(caller, { eventId, quantity, hold: false }, keeper);
        },
      },
      idempotency,
      backOffice,
    ),
  );

  createRoute(app, desk);
}

function createRoute(app: App, { office, tokens, idempotency, backOffice }: Desk): void {
  const onRequest = identifyBy(tokens);
  app.post(
    '/events/create',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'limit-reached'] },
      schema: {
        tags: TAGS,
        summary: 'Put an event on sale, told in the query or in a JSON body',
        querystring: PlainEvent,
        body: PlainEventBody,
        response: { 200: TicketEvent },
      },
    },
    posted(
      {
        status: 200,
        run: ({ caller, query, body }, keeper) => {
          const told = { ...(query as PlainEvent), ...(body as PlainEvent | null) };
          return office.createEvent(caller, fieldsOf(told), keeper);
        },
        show: newEventView,
      },
      idempotency,
      backOffice,
    ),
  );
}

function fieldsOf({ name, date, total_tickets, capacity, priceCents }: PlainEvent): EventFields {
  const tickets = total_tickets ?? capacity;
  const isDouble = total_tickets !== undefined && capacity !== undefined;
  if (name === undefined || date === undefined || tickets === undefined || isDouble) {
    throw new Refusal(
      'bad-request',
      'an event has a name, a date and either total_tickets or capacity',
    );
  }
  return {
    name: name.trim(),
    date,
    priceCents: numberIn('priceCents', priceCents ?? 0, 0, PRICE_MAX),
    capacity: numberIn('total_tickets', tickets, 1, CAPACITY_MAX),
  };
}
