import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError, messageOf } from '../base/errors.ts';
import type { News, SessionState } from '../sim/session-state.ts';
import { type LivePage, livePage } from './live-page.ts';

/** This machine, and nobody else's. */
const HOST = '127.0.0.1';
/** What browsers call it. Another name that leads here is somebody's attempt to read along (DNS rebinding). */
const NAMES: ReadonlySet<string> = new Set([HOST, 'localhost']);
/** More than a person opens; fewer than slow a sale. */
const CLIENTS_MAX = 16;
/** Who has left so much unread is dropped: to come back, and be told where things stand, costs less. */
const UNREAD_BYTES_MAX = 512 * 1024;
/** How long the last words may take. */
const FAREWELL_MS = 500;

/** Tells browsers on this machine how a sale goes. */
export interface LiveServer {
  readonly url: string;
  /** Tells that there is something new: one more look at a run, or more than that. */
  tell(news: News): void;
  /** Tells how all ended, and hangs up. */
  end(): Promise<void>;
}

/**
 * Serves a page, and server-sent events that it follows, on this machine alone. Who comes late gets all that
 * is known first. The server keeps no process alive.
 *
 * Events: `state`, a {@link SessionState}, first and whenever more is new than one look; in between
 * `sample`, the latest `Sample` of the run that goes on.
 * @param port 0 for any that is free
 * @param stateNow how far the command is
 * @throws InputError when the port cannot be had
 */
export async function serveLive(port: number, stateNow: () => SessionState): Promise<LiveServer> {
  const audience = new Audience(stateNow);
  const page = livePage();
  const server = createServer((request, response) => answer(request, response, page, audience));
  // The sale decides when the process ends.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  await listen(server, port);
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    tell: (news) => audience.tell(news),
    async end() {
      server.close();
      await audience.end();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Heard for good, also once it listens: an error that nobody hears would end the sale.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'it is in use; 0 takes a free one' : messageOf(error);
      reject(new InputError(`--live cannot listen on port ${port}: ${why}`));
    });
    server.listen(port, HOST, resolve);
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: LivePage,
  audience: Audience,
): void {
  response.setHeaders(new Map(Object.entries(COMMON_HEADERS)));
  const [path] = (request.url ?? '').split('?', 1);
  if (!NAMES.has(nameIn(request.headers.host))) {
    refuse(response, 403, `only ${[...NAMES].join(' and ')} are served`);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'this can only be read');
  } else if (path === '/') {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': page.policy,
    });
    response.end(page.html);
  } else if (path === '/events' && request.method === 'GET') {
    audience.welcome(response);
  } else {
    refuse(response, 404, 'there are / and /events');
  }
}

const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The name in a Host header, without the port; empty without one. */
function nameIn(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}

/** Those who follow the sale. */
class Audience {
  readonly #clients = new Set<ServerResponse>();
  readonly #stateNow: () => SessionState;

  constructor(stateNow: () => SessionState) {
    this.#stateNow = stateNow;
  }

  welcome(response: ServerResponse): void {
    if (this.#clients.size >= CLIENTS_MAX) {
      refuse(response, 503, `${CLIENTS_MAX} follow already`);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    // After a broken connection, browsers come back by themselves: so soon.
    response.write(`retry: 1000\n\n${eventOf('state', this.#stateNow())}`);
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
    // Somebody left in the middle of a word: no reason to end the sale.
    response.on('error', () => this.#clients.delete(response));
  }

  tell(news: News): void {
    if (this.#clients.size === 0) return;
    const state = this.#stateNow();
    const text = eventOf(news, news === 'state' ? state : (state.current?.samples.at(-1) ?? {}));
    for (const client of this.#clients) {
      if (client.writableLength > UNREAD_BYTES_MAX) client.destroy();
      else client.write(text);
    }
  }

  async end(): Promise<void> {
    this.tell('state');
    const clients = [...this.#clients];
    const read = clients.map((each) => new Promise((resolve) => each.end(resolve)));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, FAREWELL_MS);
    });
    await Promise.race([Promise.all(read), patience]);
    clearTimeout(timer);
  }
}

/** JSON has no line breaks of its own, so one line holds it. */
function eventOf(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
