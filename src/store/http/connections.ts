import { type Dispatcher, Pool } from 'undici';
import { messageOf } from '../../base/errors.ts';
import type { StoreContext } from '../stored.ts';
import type { HttpAnswer, HttpRequest } from './adapter.ts';
import type { Place } from './place.ts';

/** Nothing was sent: no connection was free in time, or none can be made. */
export class NotSentError extends Error {}

/** It was sent, and no answer came that could be read to its end. */
export class LostAnswerError extends Error {}

/** Nobody's list of events is larger; what is, is no answer. */
const ANSWER_BYTES_MAX: number = 64 * 2 ** 20;
/** A server on the same machine or its network is reached sooner. */
const CONNECT_MS = 5000;

/** What a thread's connections are made for. */
export type Wire = Pick<
  StoreContext,
  'connections' | 'connectionWaitMs' | 'contention' | 'traffic'
>;

/**
 * A bounded number of connections to one service, kept alive; a request has one to itself. Redirects are
 * answers like any other: nobody is led to another server by them. Nothing is ever sent twice.
 */
export class HttpConnections {
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #wire: Wire;
  readonly #waiting: Set<() => void> = new Set();
  #free: number;

  constructor({ origin, prefix, lookup }: Place, wire: Wire) {
    this.#wire = wire;
    this.#prefix = prefix;
    this.#free = wire.connections;
    this.#pool = new Pool(origin, {
      connections: wire.connections,
      pipelining: 1,
      // How long an answer may take is measured here, to the millisecond.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: ANSWER_BYTES_MAX,
      connect: { timeout: CONNECT_MS, ...(lookup ? { lookup } : {}) },
    });
  }

  /**
   * Sends a request, once.
   * @param withinMs how long its answer may take
   * @throws NotSentError, LostAnswerError; any other error is a mistake in the request
   */
  async send(request: HttpRequest, withinMs: number): Promise<HttpAnswer> {
    const { traffic } = this.#wire;
    await this.#take();
    try {
      traffic.roundTrips++;
      traffic.statements++;
      return await exchange(this.#pool, optionsOf(request, this.#prefix), withinMs);
    } finally {
      this.#giveBack();
    }
  }

  /** Ends all connections; what is still on its way is lost. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  /** Waits for a free connection, the first who came first. */
  async #take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const { contention, connectionWaitMs } = this.#wire;
    contention.waits++;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(taken);
        reject(new NotSentError('no connection was free in time'));
      }, connectionWaitMs);
      const taken = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(taken);
    });
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function optionsOf(
  { method, path, headers = {}, body }: HttpRequest,
  prefix: string,
): Dispatcher.DispatchOptions {
  const isText = typeof body === 'string';
  const text = body === undefined || isText ? body : JSON.stringify(body);
  const type = body === undefined || isText ? {} : { 'content-type': 'application/json' };
  return {
    method,
    path: `${prefix}${path}`,
    headers: { ...type, ...headers },
    body: text ?? null,
  };
}

/** Codes of undici's errors that say that a request can be sent to nobody. */
const MISTAKES = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** Sends over the pool, without a stream for the answer: those cost more than the sending. */
function exchange(
  pool: Pool,
  options: Dispatcher.DispatchOptions,
  withinMs: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: HttpAnswer['headers'] = {};
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    const fail = (error: Error): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => {
      const late = `no answer in ${withinMs} ms`;
      fail(controller ? new LostAnswerError(late) : new NotSentError(late));
      controller?.abort(new Error(late));
    }, withinMs);
    pool.dispatch(options, {
      onRequestStart(started) {
        // Whoever waited for a connection may have given up.
        if (isOver) started.abort(new Error('too late'));
        else controller = started;
      },
      onResponseStart(_, code, given) {
        status = code;
        headers = given;
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        resolve(answerOf(status, headers, Buffer.concat(chunks).toString()));
      },
      onResponseError(_, error) {
        const { code = '' } = error as { code?: string };
        if (MISTAKES.has(code)) fail(error);
        else if (controller) fail(new LostAnswerError(messageOf(error), { cause: error }));
        else fail(new NotSentError(messageOf(error), { cause: error }));
      },
    });
  });
}

/** An answer whose JSON is read when it is looked at. */
export function answerOf(status: number, headers: HttpAnswer['headers'], body: string): HttpAnswer {
  let json: { readonly value: unknown } | undefined;
  return {
    status,
    headers,
    body,
    get json() {
      json ??= { value: parsedJson(body) };
      return json.value;
    },
  };
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
