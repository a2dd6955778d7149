// One keep-alive connection of HTTP/1.1, lean enough to load a server from the same machine: one request at a time, and of
// the answer no more than the status and the body.
import { connect, type Socket } from 'node:net';

export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** The Idempotency-Key. */
  readonly key?: string;
  /** What logs in. */
  readonly token?: string;
}

export interface LoadAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer; undefined when there came none, and nobody knows whether the request was done. */
type Done = (answer: LoadAnswer | undefined) => void;

const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const NOTHING: Buffer = Buffer.alloc(0);

/** Connects when it is first needed, and again when the server has hung up. */
export class HttpConnection {
  readonly #url: URL;
  #socket: Socket | undefined;
  #read: Buffer = NOTHING;
  #done: Done | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Sends a request; the one before it must be over. */
  ask(request: LoadRequest, done: Done): void {
    this.#done = done;
    this.#socket ??= this.#connect();
    this.#socket.write(textOf(request, this.#url.host));
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const { hostname, port } = this.#url;
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    // 'close' follows, and tells.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#read = NOTHING;
      this.#end(undefined);
    });
    return socket;
  }

  #onData(chunk: Buffer): void {
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    const headersEnd = this.#read.indexOf(END_OF_HEADERS);
    if (headersEnd < 0) return;
    const headers = this.#read.toString('latin1', 0, headersEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
    const status = Number(headers.slice(9, 12));
    if (length === undefined && status !== 204 && status !== 304) {
      throw new Error(`an answer without Content-Length: ${headers}`);
    }
    const from = headersEnd + END_OF_HEADERS.length;
    const to = from + Number(length ?? 0);
    if (this.#read.length < to) return;
    const body = this.#read.toString('utf8', from, to);
    this.#read = this.#read.subarray(to);
    if (/\r\nconnection: *close/i.test(headers)) {
      this.#socket?.destroy();
      this.#socket = undefined;
      this.#read = NOTHING;
    }
    this.#end({ status, body });
  }

  #end(answer: LoadAnswer | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}

function textOf({ method, path, body = '', key, token }: LoadRequest, host: string): string {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`];
  if (body !== '') lines.push('Content-Type: application/json');
  if (method !== 'GET') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  if (key !== undefined) lines.push(`Idempotency-Key: ${key}`);
  if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
