import type { FastifyReply, FastifyRequest } from 'fastify';
import { isoTime } from '../../base/time-text.ts';
import { Refusal } from '../../service/refusals.ts';
import type { App, Desk } from '../app.ts';
import { type EventPage, type EventPages, isOneOf } from '../event-pages.ts';
import { posted } from '../idempotency.ts';
import { identifyBy } from '../identify.ts';
import {
  EventEditBody,
  EventList,
  IdParams,
  NewEventBody,
  TicketEvent,
  Totals,
} from '../schemas.ts';
import { eventView, newEventView } from '../views.ts';

const TAGS = ['events'];

/** List events and look at them; make, edit and remove one's own. */
export function eventRoutes(app: App, desk: Desk): void {
  const { pages } = desk;
  app.get(
    '/events',
    {
      schema: {
        tags: TAGS,
        summary: 'List all events, with what can be had of each',
        response: { 200: EventList },
      },
    },
    (request, reply) => sendPage(request, reply, pages, pages.all()),
  );
  app.get(
    '/events/:id',
    {
      config: { problems: ['not-found'] },
      schema: {
        tags: TAGS,
        summary: 'See an event',
        params: IdParams,
        response: { 200: TicketEvent },
      },
    },
    (request, reply) => sendPage(request, reply, pages, pages.one(request.params.id)),
  );
  createRoute(app, desk);
  editRoute(app, desk);
  ownEventRoutes(app, desk);
}

function createRoute(app: App, { office, tokens, idempotency, backOffice }: Desk): void {
  const onRequest = identifyBy(tokens);

  app.post(
    '/events',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'limit-reached'] },
      schema: {
        tags: TAGS,
        summary: 'Put an event on sale',
        body: NewEventBody,
        response: { 201: TicketEvent },
      },
    },
    posted(
      {
        status: 201,
        location: '/events/',
        run: ({ caller, body }, keeper) => {
          const { priceCents = 0, name, ...rest } = body as NewEventBody;
          return office.createEvent(caller, { ...rest, priceCents, name: name.trim() }, keeper);
        },
        show: newEventView,
      },
      idempotency,
      backOffice,
    ),
  );
}

function editRoute(app: App, { office, tokens, calendar }: Desk): void {
  const onRequest = identifyBy(tokens);
  app.patch(
    '/events/:id',
    {
      onRequest,
      config: {
        problems: [
          'not-logged-in',
          'forbidden',
          'not-found',
          'event-changed',
          'capacity-sold',
          'limit-reached',
        ],
      },
      schema: {
        tags: TAGS,
        summary:
          'Edit one’s own event; only the version that was read, if If-Match ("3") or `version` says which',
        params: IdParams,
        body: EventEditBody,
        response: { 200: TicketEvent },
      },
    },
    async ({ caller, params, body, headers }) => {
      const { version = versionIn(headers['if-match']), ...fields } = body;
      const named = fields.name === undefined ? fields : { ...fields, name: fields.name.trim() };
      const edited = await office.editEvent(caller, params.id, version, named);
      const asOf = isoTime(calendar.nowMs());
      return eventView(edited, (await office.event(params.id)).available, asOf);
    },
  );
}

function ownEventRoutes(app: App, { office, tokens }: Desk): void {
  const onRequest = identifyBy(tokens);
  app.delete(
    '/events/:id',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'not-found'] },
      schema: { tags: TAGS, summary: 'Remove an event; its sales are cancelled', params: IdParams },
    },
    async ({ caller, params }, reply) => {
      await office.removeEvent(caller, params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/events/:id/totals',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'not-found'] },
      schema: {
        tags: TAGS,
        summary: 'See what is held, sold and left of one’s own event',
        params: IdParams,
        response: { 200: Totals },
      },
    },
    async ({ caller, params }) => office.totals(caller, params.id),
  );
}

/** Without waiting, where the page is there. */
function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: EventPages,
  page: EventPage | Promise<EventPage>,
): FastifyReply | Promise<FastifyReply> {
  if (page instanceof Promise) return page.then((made) => sendPage(request, reply, pages, made));
  reply.header('etag', page.etag).header('cache-control', pages.cacheControl(page));
  if (isOneOf(page.etag, request.headers['if-none-match'])) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(page.body);
}

function versionIn(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const [, digits] = /^\s*"([1-9][0-9]{0,9})"\s*$/.exec(ifMatch) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new Refusal('bad-request', 'If-Match must be the version of the event in quotes, or *');
}
