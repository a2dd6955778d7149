// Refusals that cost next to nothing: answered before a request is read or routed, in the words of all other problems.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  PROBLEM_TYPE,
  PROBLEMS,
  type ProblemCode,
  problemUri,
  requestUri,
} from '../problem-kinds.ts';
import { OVERLOADED_DETAIL } from './admission.ts';
import { broughtId } from './request-id.ts';

/** A problem that is known before anything of the request is looked at. */
export interface EdgeProblem {
  readonly code: ProblemCode;
  readonly detail: string;
}

export const OVERLOADED: EdgeProblem = { code: 'overloaded', detail: OVERLOADED_DETAIL };
export const STALLED: EdgeProblem = {
  code: 'overloaded',
  detail: 'the server has fallen behind; try again later',
};
export const THROTTLED: EdgeProblem = {
  code: 'throttled',
  detail: 'this client asks more often than it may; try again later',
};
export const BODY_TOO_LARGE: EdgeProblem = {
  code: 'body-too-large',
  detail: 'the body of the request is larger than this server reads',
};
export const HEADERS_TOO_LARGE: EdgeProblem = {
  code: 'headers-too-large',
  detail: 'the headers of the request are larger than this server reads',
};
export const REQUEST_TIMEOUT: EdgeProblem = {
  code: 'request-timeout',
  detail: 'the request did not arrive in the time that this server waits',
};
export const MALFORMED: EdgeProblem = {
  code: 'bad-request',
  detail: 'this is not a well-formed HTTP/1.1 request',
};

/** All of a problem but what its request adds, without the brace at its end: put together once. */
const prepared = new Map<EdgeProblem, string>();

function beginningOf(problem: EdgeProblem): string {
  let text = prepared.get(problem);
  if (text === undefined) {
    const { code, detail } = problem;
    const { status, title } = PROBLEMS[code];
    text = JSON.stringify({ type: problemUri(code), title, status, detail }).slice(0, -1);
    prepared.set(problem, text);
  }
  return text;
}

/**
 * Answers a request of which nothing but the headers has been read. It gets no id; one that it brings is sent back.
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
  const id = broughtId(request);
  const instance = id === undefined ? '' : `,"instance":"${requestUri(id)}"`;
  const retry = retryAfterSeconds === 0 ? '' : `,"retryAfterSeconds":${retryAfterSeconds}`;
  const body = `${beginningOf(problem)}${instance}${retry}}`;
  const headers = ['Content-Type', PROBLEM_TYPE, 'Content-Length', `${Buffer.byteLength(body)}`];
  headers.push('Cache-Control', 'no-store');
  if (id !== undefined) headers.push('X-Request-Id', id);
  if (retryAfterSeconds > 0) headers.push('Retry-After', `${retryAfterSeconds}`);
  if (close) headers.push('Connection', 'close');
  response.writeHead(PROBLEMS[problem.code].status, headers);
  response.end(body);
}

/** Answers what never became a request, and hangs up. */
export function answerOnSocket(socket: Duplex, problem: EdgeProblem): void {
  const body = `${beginningOf(problem)}}`;
  const { status } = PROBLEMS[problem.code];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
