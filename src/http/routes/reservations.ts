import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BoxOffice } from '../../service/box-office.ts';
import type { Reservation as Reserved } from '../../service/terms.ts';
import type { App, Desk } from '../app.ts';
import type { ShortRoute } from '../fast-path.ts';
import { posted, type Task } from '../idempotency.ts';
import { identifyBy } from '../identify.ts';
import { pageOf } from '../numbers.ts';
import {
  IdParams,
  PageQuery,
  PlainReservation,
  Reservation,
  ReservationBody,
  ReservationList,
} from '../schemas.ts';
import { reservationView } from '../views.ts';

const TAGS = ['reservations'];
const RESERVATIONS = '/reservations';

/** What is asked most, by far: it has a short way of its own. */
export function shortRoute(office: BoxOffice): ShortRoute<Reserved> {
  return {
    url: RESERVATIONS,
    task: reserving(office),
    body: ReservationBody,
    answer: Reservation,
    plainAnswer: PlainReservation,
  };
}

function reserving(office: BoxOffice): Task<Reserved> {
  return {
    status: 201,
    location: `${RESERVATIONS}/`,
    run({ caller, body }, keeper) {
      const { eventId, quantity, hold = false } = body as ReservationBody;
      return office.reserve(caller, { eventId, quantity, hold }, keeper);
    },
    show: reservationView,
  };
}

/** Reserve, look at what one has, confirm it, give it back. */
export function reservationRoutes(app: App, desk: Desk): void {
  const { office, tokens } = desk;
  const onRequest = identifyBy(tokens);
  const { url, task, body, answer } = shortRoute(office);

  app.post(
    url,
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'not-found', 'sold-out', 'contended'] },
      schema: {
        tags: TAGS,
        summary: 'Reserve tickets: sold at once, or held until they are confirmed',
        body,
        response: { [task.status]: answer },
      },
    },
    post(desk, task),
  );

  app.get(
    '/reservations',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden'] },
      schema: {
        tags: TAGS,
        summary: 'List one’s own reservations, the newest first',
        querystring: PageQuery,
        response: { 200: ReservationList },
      },
    },
    async ({ caller, query }) => {
      const reservations = await office.reservations(caller, pageOf(query));
      return { reservations: reservations.map(reservationView) };
    },
  );

  app.get(
    '/reservations/:id',
    {
      onRequest,
      config: { problems: ['not-found'] },
      schema: {
        tags: TAGS,
        summary: 'See a reservation',
        params: IdParams,
        response: { 200: Reservation },
      },
    },
    async ({ caller, params }) => reservationView(await office.reservation(caller, params.id)),
  );

  settlingRoutes(app, desk);
}

function settlingRoutes(app: App, desk: Desk): void {
  const { office, tokens } = desk;
  const cancel: Task<Reserved> = {
    status: 200,
    run: ({ caller, params }, keeper) => office.cancel(caller, (params as IdParams).id, keeper),
    show: reservationView,
  };
  const confirm: Task<Reserved> = {
    ...cancel,
    run: ({ caller, params }, keeper) => office.confirm(caller, (params as IdParams).id, keeper),
  };
  const giveBack = 'Give back tickets that are held or were bought';
  const options = (summary: string) => ({
    onRequest: identifyBy(tokens),
    config: { problems: ['not-logged-in', 'forbidden', 'not-found', 'not-held'] as const },
    schema: { tags: TAGS, summary, params: IdParams, response: { 200: Reservation } },
  });
  app.post('/reservations/:id/confirm', options('Buy what is held'), post(desk, confirm));
  app.post('/reservations/:id/release', options(giveBack), post(desk, cancel));
  app.post('/reservations/:id/cancel', options(giveBack), post(desk, cancel));
  app.delete('/reservations/:id', options(giveBack), async ({ caller, params }) =>
    reservationView(await office.cancel(caller, params.id)),
  );
}

function post<Done>(
  { idempotency, backOffice }: Desk,
  task: Task<Done>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return posted(task, idempotency, backOffice);
}
