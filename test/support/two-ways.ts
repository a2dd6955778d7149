// A server that listens, and asks made of it twice: by the short way, and by the route.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { calendarOrigin, steadyCalendar } from '../../src/base/clock.ts';
import { type AcceptorApp, acceptorApp } from '../../src/http/acceptor-app.ts';
import { Readiness } from '../../src/http/edge/health.ts';
import { MetricMemory } from '../../src/http/edge/metric-memory.ts';
import type { ServerSettings } from '../../src/http/settings.ts';
import { Tokens } from '../../src/http/tokens.ts';
import type { GuestRights } from '../../src/service/policy.ts';
import type { Records } from '../../src/service/records/records.ts';
import type { Role } from '../../src/service/terms.ts';
import { RawClient, until } from './edge-server.ts';
import { openOffice } from './open-office.ts';
import { serverSettings } from './server-settings.ts';

/** Where tickets are reserved: by the short way, and by the route, which takes no note of an empty query. */
export const WAYS = ['/reservations', '/reservations?'] as const;
export type Way = (typeof WAYS)[number];

export interface Request {
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Of the body, in pieces of so many characters. */
  readonly pieces?: number;
}

export interface WaysServer extends AcceptorApp {
  readonly port: number;
  /** Of an account of this role. */
  readonly tokenOf: (role: Role) => Promise<string>;
  readonly putOnSale: (id: string, capacity: number) => Promise<void>;
  /** The answer as it came, and how often it was a route that made one. */
  readonly ask: (way: Way, request: Request) => Promise<{ text: string; routed: number }>;
  readonly close: () => Promise<void>;
}

export async function openWays(
  choices: Partial<ServerSettings> & { guests?: GuestRights; records?: Records } = {},
): Promise<WaysServer> {
  const { guests = 'buy', records, ...rest } = choices;
  const limits = { ...serverSettings().limits, stallMs: 60_000 };
  const settings = serverSettings({ limits, ...rest });
  const { office, backOffice, close } = await openOffice({
    terms: { guests },
    ...(records && { records }),
  });
  const calendar = steadyCalendar(calendarOrigin());
  const server = await acceptorApp({
    settings,
    office,
    backOffice,
    calendar,
    self: 0,
    acceptors: 1,
    metricMemory: MetricMemory.allocate(1),
    readiness: new Readiness(),
  });
  // After a failure nobody closes it, and it must not keep the tests from ending.
  server.app.server.unref();
  server.app.server.on('connection', (socket) => socket.unref());
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const tokens = await Tokens.open(settings.tokens, backOffice, calendar);
  return {
    ...server,
    port,
    async tokenOf(role) {
      const account = { id: `the-${role}`, name: role, role, passwordHash: '', createdAtMs: 0 };
      const added = await backOffice.addAccount(account);
      if (added === 'taken') throw new Error(role);
      return (await tokens.issue(added)).token;
    },
    async putOnSale(id, capacity) {
      const fields = { name: id, date: '2027-05-01', priceCents: 100, capacity };
      await backOffice.createEvent({ ...fields, id, organizerId: 'nobody', createdAtMs: 0 });
    },
    ask: (way, request) => counted(() => answerTo(port, textOf(way, request), request.pieces)),
    async close() {
      await server.shutDown();
      await close();
    },
  };
}

async function counted(
  ask: () => Promise<string>,
): Promise<{ readonly text: string; readonly routed: number }> {
  let routed = 0;
  const count = (): void => {
    routed++;
  };
  subscribe('tracing:fastify.request.handler:start', count);
  const text = await ask();
  unsubscribe('tracing:fastify.request.handler:start', count);
  return { text, routed };
}

export function textOf(way: Way, { headers = [JSON_TYPE], body = '' }: Request): string {
  const isSized = !headers.some((header) => /^transfer-encoding:/i.test(header));
  const size = isSized ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
  return `${[`POST ${way} HTTP/1.1`, 'Host: a', ...headers, ...size].join('\r\n')}\r\n\r\n${body}`;
}

export const JSON_TYPE = 'Content-Type: application/json';

async function answerTo(port: number, text: string, pieces = text.length): Promise<string> {
  const client = await RawClient.to(port);
  const bodyAt = text.indexOf('\r\n\r\n') + 4;
  const from = pieces < text.length ? bodyAt : 0;
  client.socket.write(text.slice(0, from));
  for (let at = from; at < text.length; at += pieces) {
    client.socket.write(text.slice(at, at + pieces));
    if (pieces < text.length) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('an answer', () => isWhole(client.text) || client.isClosed);
  client.socket.destroy();
  return client.text;
}

function isWhole(text: string): boolean {
  const [head = '', ...bodies] = text
    .replace('HTTP/1.1 100 Continue\r\n\r\n', '')
    .split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && bodies.join('').length >= Number(length);
}

/** Without what differs from each answer, or line, to the next. */
export function masked(text: string): string {
  return text
    .replace(/(?<=content-length: )(\d+)(?=.*?\r\n\r\n(.*)$)/is, (told: string, _, body: string) =>
      Number(told) === body.length ? 'RIGHT' : told,
    )
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/r_\d+_[0-9a-f]+_[0-9a-z]+/g, 'REQUEST')
    .replaceAll(/"(\d+-\w+)-\d+"/g, '"$1-TICKET"')
    .replaceAll(/Date: [^\r]*/g, 'Date')
    .replaceAll(/"durationMs":[\d.]+/g, 'DURATION');
}
