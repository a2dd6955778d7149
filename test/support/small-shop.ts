// A small service that speaks as seed system 1 does, correct or with one bug. Its windows are long, and its bugs come
// by counting: nothing is left to chance.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is wrong with it. */
export type ShopBug =
  | 'none'
  | 'check, wait, then act'
  | 'one receipt for two'
  | 'sells nothing'
  | 'sold out too early'
  | 'answers late'
  | 'answers garbage'
  | 'never answers'
  | 'fewer tickets'
  | 'no tickets'
  | 'more tickets'
  | 'a ticket twice';

interface ShopEvent {
  readonly id: string;
  readonly name: string;
  readonly total: number;
  left: number;
  /** Names of tickets that came back, where they are sold again. */
  readonly back: string[];
}

/** Every so many requests the bug shows. */
const EVERY = 5;
/** Between looking and selling: as a database would take. */
const WINDOW_MS = 4;
/** Longer than any test waits; told to clients, who else have a shorter time of their own. */
const KEPT_MS = 600_000;
/** Tickets that it keeps back from those who come last. */
const KEPT = 7;

export interface Shop {
  readonly url: string;
  bug: ShopBug;
  /** How long it keeps an answer that is late. */
  lateMs: number;
  /** Stands still for so long, once, when the request of this number comes. */
  stall: { readonly at: number; readonly ms: number } | undefined;
  /** What it was asked, as `POST /events/1/reserve`. */
  readonly asked: string[];
  /** Connections that are open. */
  connections(): Promise<number>;
  readonly events: ReadonlyMap<string, ShopEvent>;
  /** Puts an event on sale. */
  add(name: string, total: number): ShopEvent;
  close(): Promise<void>;
}

/** Opens one on a free port of this machine. */
export async function openShop(bug: ShopBug = 'none'): Promise<Shop> {
  const events = new Map<string, ShopEvent>();
  const counters: Counters = {
    issued: 0,
    sales: 0,
    requests: 0,
    last: [],
    stalled: undefined,
    byKey: new Map(),
  };
  const shop: Shop = {
    url: '',
    bug,
    lateMs: 0,
    stall: undefined,
    asked: [],
    events,
    add(name, total) {
      const event: ShopEvent = { id: `e${events.size}`, name, total, left: total, back: [] };
      events.set(event.id, event);
      return event;
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    serve(shop, counters, request, response).catch(() => response.destroy());
  });
  // Whoever leaves a connection open is found out: neither side ends one that is idle.
  server.keepAliveTimeout = KEPT_MS;
  await listening(server);
  return Object.assign(shop, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

interface Counters {
  issued: number;
  sales: number;
  requests: number;
  last: string[];
  stalled: Promise<unknown> | undefined;
  /** What was answered to orders that came with a key. */
  readonly byKey: Map<string, string>;
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function serve(
  shop: Shop,
  counters: Counters,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
  shop.asked.push(`${request.method} ${pathname}`);
  const body = await textOf(request);
  if (pathname === '/moved') return answer(response, 302, '', { location: 'http://127.0.0.2/' });
  if (pathname === '/events' && request.method === 'GET') return list(shop, response);
  if (pathname === '/events/create') {
    const { name, total_tickets } = JSON.parse(body) as { name: string; total_tickets: string };
    const { id } = shop.add(name, Number(total_tickets));
    return answer(response, 200, JSON.stringify({ id, name }));
  }
  const event = shop.events.get(/^\/events\/([^/]+)\/\w+$/.exec(pathname)?.[1] ?? '');
  if (!event) return answer(response, 404, 'no such event');
  if (pathname.endsWith('/cancel')) {
    const tickets = (searchParams.get('tickets') ?? '').split(' ');
    event.left += tickets.length;
    event.back.push(...tickets);
    return answer(response, 200, 'cancelled');
  }
  const key = String(request.headers['idempotency-key'] ?? '');
  const known = counters.byKey.get(key);
  if (known !== undefined) return answer(response, 200, known);
  const stall = ++counters.requests === shop.stall?.at ? shop.stall : undefined;
  if (stall) counters.stalled = sleep(stall.ms);
  await counters.stalled;
  const quantity = Number(searchParams.get('num_tickets'));
  await sell(shop, counters, { event, quantity, key }, response);
}

function list({ events }: Shop, response: ServerResponse): void {
  const listed = [...events.values()].map(({ id, name, total, left }) => {
    return { id, name, date: '2099-12-31', total_tickets: total, available_tickets: left };
  });
  answer(response, 200, JSON.stringify({ events: listed }));
}

async function sell(
  shop: Shop,
  counters: Counters,
  { event, quantity, key }: { event: ShopEvent; quantity: number; key: string },
  response: ServerResponse,
): Promise<void> {
  const { bug } = shop;
  const before = event.left;
  const least = bug === 'sold out too early' ? quantity + KEPT : quantity;
  if (before < least) return answer(response, 500, 'Error booking tickets: not enough tickets');
  if (bug === 'check, wait, then act') {
    await sleep(WINDOW_MS);
    event.left = before - quantity;
  } else if (bug !== 'sells nothing') {
    event.left = before - quantity;
  }
  const shows = ++counters.sales % EVERY === 0;
  const tickets = namesOf(bug, counters, event, quantity, shows);
  counters.last = tickets;
  if (key !== '') counters.byKey.set(key, JSON.stringify(tickets));
  if (shows && bug === 'never answers') return;
  if (shows && bug === 'answers garbage') return answer(response, 200, '<html>oops</html>');
  if (shows && bug === 'answers late') await sleep(shop.lateMs);
  answer(response, 200, JSON.stringify(tickets));
}

function namesOf(
  bug: ShopBug,
  counters: Counters,
  event: ShopEvent,
  quantity: number,
  shows: boolean,
): string[] {
  const fresh = (): string =>
    event.back.shift() ?? `${(++counters.issued).toString(16).padStart(8, '0')}-ticket`;
  const names = Array.from({ length: quantity }, fresh);
  if (!shows) return names;
  if (bug === 'one receipt for two') return [...counters.last];
  if (bug === 'fewer tickets') return names.slice(1);
  if (bug === 'no tickets') return [];
  if (bug === 'more tickets') return [...names, fresh()];
  if (bug === 'a ticket twice') return [...names.slice(1), names.at(-1) as string];
  return names;
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, headers).end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
