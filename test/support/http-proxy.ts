// Stands between a client and a service over HTTP, and does to answers what networks do.
import { once } from 'node:events';
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request on its way. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
}

export interface Canned {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class HttpProxy {
  /** Whether the answer to a request that was done is lost, and the connection with it. */
  loses: (passing: Passing) => boolean = () => false;
  /** An answer of the proxy's own: the service never hears of the request. */
  answers: (passing: Passing) => Canned | undefined = () => undefined;
  /** How long each answer takes longer. */
  delayMs = 0;
  /** All that came by. */
  readonly passed: Passing[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param to the URL of the service */
  static async start(to: string): Promise<HttpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new HttpProxy(server);
    server.on('request', (request, response) => void proxy.#pass(to, request, response));
    return proxy;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #pass(to: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const passing = { method, path, key: headers['idempotency-key'] as string | undefined };
    this.passed.push(passing);
    const body = await buffer(request);
    const canned = this.answers(passing);
    if (canned) {
      response.writeHead(canned.status, canned.headers).end(canned.body);
      return;
    }
    const upstream = ask(to + path, { method, headers });
    upstream.on('error', () => request.socket.destroy());
    upstream.on('response', (answer) => void this.#answer(passing, answer, response));
    upstream.end(body);
  }

  async #answer(
    passing: Passing,
    answer: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await buffer(answer);
    if (this.loses(passing)) {
      response.destroy();
      return;
    }
    const late = setTimeout(() => {
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
    }, this.delayMs);
    late.unref();
  }
}
