import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers that are sent are forgotten this often, so that idle connections do not keep them in memory; to do so
 * at the end of each would cost every request, for something that only the end of the server needs.
 */
const FORGET_MS = 5000;

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
    const timer = setInterval(() => this.#forgetAnswered(), FORGET_MS);
    timer.unref();
    server.once('close', () => clearInterval(timer));
    server.on('connection', (socket: Socket) => {
      this.#latest.set(socket, undefined);
      socket.once('close', () => this.#latest.delete(socket));
    });
  }

  asked(request: IncomingMessage, response: ServerResponse): void {
    this.#latest.set(request.socket, response);
    if (this.#draining) response.setHeader('Connection', 'close');
  }

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

  #forgetAnswered(): void {
    for (const [socket, response] of this.#latest) {
      if (response?.writableFinished) this.#latest.set(socket, undefined);
    }
  }
}
