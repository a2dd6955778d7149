// One request and its answer, over HTTP. What to do when there is none is decided elsewhere.
import { Agent, request } from 'undici';
import { messageOf } from '../base/errors.ts';

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the URL of the service: `/events`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** There was no answer. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** Whether the service may have heard of it. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** What sends requests. */
export interface Transport {
  /**
   * @param limitMs for all of it
   * @throws NoAnswer
   */
  send(ask: Ask, limitMs: number, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** A list of many thousand events is smaller; what is larger comes from somebody else. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const CONNECT_MS = 5000;
/** Nothing has left this machine by then. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up at the moment',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no network to this host',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  UND_ERR_SOCKET: 'the connection was lost',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'its answer is too long for a service like this',
};

/** @param url without a slash at its end */
export function httpTransport(url: string, connections: number): Transport {
  const dispatcher = new Agent({
    connections,
    connectTimeout: CONNECT_MS,
    // One limit for all of it is ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: ANSWER_BYTES_MAX,
  });
  return {
    async send({ method, path, body, headers = {} }, limitMs, signal) {
      const limit = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
      try {
        const answer = await request(url + path, {
          dispatcher,
          method,
          headers:
            body === undefined ? headers : { 'content-type': 'application/json', ...headers },
          body: body === undefined ? null : JSON.stringify(body),
          signal: signal ? AbortSignal.any([limit, signal]) : limit,
        });
        const { statusCode: status } = answer;
        return { status, headers: single(answer.headers), body: await answer.body.text() };
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (limit.aborted) throw new NoAnswer('no answer in time', true);
        throw noAnswer(error);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

function noAnswer(error: unknown): NoAnswer {
  const [first = error] = error instanceof AggregateError ? error.errors : [];
  const { code = '' } = first as { readonly code?: string };
  return new NoAnswer(REASONS[code] ?? messageOf(error), !NOT_SENT.has(code));
}

function single(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]]),
  );
}
