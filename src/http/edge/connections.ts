import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The open connections of a server, each with the answer to what was asked on it last. */
export class Connections {
  readonly #latest = new Map<Socket, ServerResponse | undefined>();
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  get open(): number {
    return this.#latest.size;
  }

  follow(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#latest.set(socket, undefined);
      socket.once('close', () => this.#latest.delete(socket));
    });
  }

  asked(request: IncomingMessage, response: ServerResponse): void {
    this.#latest.set(request.socket, response);
    if (this.#draining) response.setHeader('Connection', 'close');
  }

  /** Forgets answers that are sent, so that connections that wait for the next request hold no memory of the last. */
  readonly install = (app: FastifyInstance): void => {
    app.addHook('onResponse', ({ socket }, reply, done) => {
      if (this.#latest.get(socket) === reply.raw) this.#latest.set(socket, undefined);
      done();
    });
  };

  /**
   * From now on each answer says that it is the last of its connection, and connections on which nothing was asked
   * are closed. Where several were asked at once, only the last answer may say so.
   */
  drain(): void {
    this.#draining = true;
    for (const [socket, response] of this.#latest) {
      // Node closes those that wait for the next request, but not those that never sent anything.
      if (response === undefined && socket.bytesRead === 0) socket.destroy();
      else if (response?.headersSent === false) response.setHeader('Connection', 'close');
    }
  }

  destroyAll(): void {
    for (const socket of this.#latest.keys()) socket.destroy();
  }
}
