// Refusals that cost next to nothing: answered before a request is read or routed, in the words of all other problems.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { REFUSALS } from '../../service/refusals.ts';
import { OVERLOADED_DETAIL } from './admission.ts';

/** A problem that is known before anything of the request is looked at. */
export interface EdgeProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

export const OVERLOADED: EdgeProblem = {
  ...REFUSALS.overloaded,
  code: 'overloaded',
  detail: OVERLOADED_DETAIL,
};
export const STALLED: EdgeProblem = {
  ...REFUSALS.overloaded,
  code: 'overloaded',
  detail: 'the server has fallen behind; try again later',
};
export const THROTTLED: EdgeProblem = {
  ...REFUSALS.throttled,
  code: 'throttled',
  detail: 'this client asks more often than it may; try again later',
};
export const BODY_TOO_LARGE: EdgeProblem = {
  status: 413,
  code: 'body-too-large',
  title: 'The request is too large',
  detail: 'the body of the request is larger than this server reads',
};
export const HEADERS_TOO_LARGE: EdgeProblem = {
  status: 431,
  code: 'headers-too-large',
  title: 'The headers are too large',
  detail: 'the headers of the request are larger than this server reads',
};
export const REQUEST_TIMEOUT: EdgeProblem = {
  status: 408,
  code: 'request-timeout',
  title: 'The request took too long to arrive',
  detail: 'the request did not arrive in the time that this server waits',
};
export const MALFORMED: EdgeProblem = {
  ...REFUSALS['bad-request'],
  code: 'bad-request',
  detail: 'this is not a well-formed HTTP/1.1 request',
};

const MEDIA_TYPE = 'application/problem+json';

interface Extras {
  readonly instance?: string;
  readonly retryAfterSeconds?: number;
}

function bodyOf({ code, title, status, detail }: EdgeProblem, extras: Extras): string {
  return JSON.stringify({
    type: `urn:onsale:problem:${code}`,
    title,
    status,
    detail,
    ...extras,
  });
}

/** The text of a problem, but for its instance, is put together once. */
const prepared = new Map<EdgeProblem, readonly [before: string, after: string]>();

function preparedBody(problem: EdgeProblem): readonly [before: string, after: string] {
  let parts = prepared.get(problem);
  if (parts === undefined) {
    const [before, after] = bodyOf(problem, { instance: '' }).split('"instance":""') as [
      string,
      string,
    ];
    parts = [`${before}"instance":`, after.slice(0, -1)];
    prepared.set(problem, parts);
  }
  return parts;
}

/**
 * Answers a request of which nothing but the headers has been read.
 * @param retryAfterSeconds 0: it makes no sense to try again
 * @param close whether to hang up; else what is left of the request is read and thrown away
 */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: EdgeProblem,
  retryAfterSeconds: number,
  close: boolean,
): void {
  const [before, after] = preparedBody(problem);
  const [path] = (request.url ?? '').split('?', 1);
  const retry = retryAfterSeconds === 0 ? '' : `,"retryAfterSeconds":${retryAfterSeconds}`;
  const body = `${before}${JSON.stringify(path)}${after}${retry}}`;
  const headers = ['Content-Type', MEDIA_TYPE, 'Content-Length', `${Buffer.byteLength(body)}`];
  if (retryAfterSeconds > 0) headers.push('Retry-After', `${retryAfterSeconds}`);
  if (close) headers.push('Connection', 'close');
  response.writeHead(problem.status, headers);
  response.end(body);
}

/** Answers what never became a request, and hangs up. */
export function answerOnSocket(socket: Duplex, problem: EdgeProblem): void {
  const body = bodyOf(problem, {});
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n` +
      `Content-Type: ${MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
