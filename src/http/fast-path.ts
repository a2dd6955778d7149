// The short way of the request that there are most of: an order of tickets from somebody who is known, with nothing unusual
// about it. All others, and those that turn out to be others, go the way of all routes, which this one is a copy of
// in nothing: it asks the same functions in the same order. See docs/decisions/0029-a-short-way-for-most-requests.md.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { invariant } from '../base/invariant.ts';
import type { Caller } from '../service/policy.ts';
import type { Edge } from './edge/edge.ts';
import type { ShortCut } from './edge/gate.ts';
import type { BodyReader, HeldMessage } from './edge/held-message.ts';
import { REQUEST_ID_HEADER } from './edge/request-id.ts';
import { type Asked, idOf, JSON_TYPE, type Task } from './idempotency.ts';
import { accountIdOf } from './identify.ts';
import { jsonReader } from './json.ts';
import { PROBLEMS } from './problem-kinds.ts';
import { problemDocument, problemHeaders, toldProblem } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { Tokens } from './tokens.ts';
import { Turn } from './turn.ts';

/** A POST to a path without parameters, as its route has it. */
export interface ShortRoute<Done> {
  readonly url: string;
  readonly task: Task<Done>;
  /** The schemas of what is asked, and of the answer to it. */
  readonly body: object;
  readonly answer: object;
  /** The same as `answer`, in which nothing has to be escaped. */
  readonly plainAnswer: object;
}

export interface FastPathParts<Done> {
  /** Which is ready. */
  readonly app: FastifyInstance;
  readonly edge: Edge;
  readonly tokens: Tokens;
  readonly route: ShortRoute<Done>;
}

// One after the other, which costs a third of what an object does that grows.
const FIRST_HEADERS: readonly string[] = [
  ...Object.entries(SECURITY_HEADERS).flat(),
  REQUEST_ID_HEADER,
];
const JSON_HEADER: readonly string[] = ['content-type', JSON_TYPE];

/** How most clients write it. */
const JSON_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', JSON_TYPE]);

/** Makes the short way of a route. */
export function fastPath<Done>(parts: FastPathParts<Done>): ShortCut {
  const { url } = parts.route;
  const { nowMs } = parts.edge;
  const desk = deskOf(parts);
  return (request, response, otherwise) => {
    if (request.url !== url || request.method !== 'POST' || !isUsual(request)) return false;
    const caller = knownCaller(parts.tokens, request.headers.authorization);
    if (caller === undefined) return false;
    request.holdFor(new Order(desk, request, response, caller, nowMs(), otherwise));
    return true;
  };
}

/** Whether it is JSON of a size that was told, to be done as often as it comes, and nobody waits for our consent. */
function isUsual({ headers }: IncomingMessage): boolean {
  return (
    JSON_TYPES.has(headers['content-type']) &&
    headers['content-length'] !== undefined &&
    headers['transfer-encoding'] === undefined &&
    headers['idempotency-key'] === undefined
  );
}

/** Undefined where somebody has to be asked, or the token is refused: then by the route. */
function knownCaller(tokens: Tokens, authorization: string | undefined): Caller | undefined {
  try {
    const caller = tokens.caller(authorization);
    if (!(caller instanceof Promise)) return caller;
    // The route asks again, and waits.
    caller.catch(() => {});
  } catch {}
  return undefined;
}

/** What orders of one route are decided with. */
interface Desk {
  readonly edge: Edge;
  readonly route: ShortRoute<unknown>;
  /** Its number in the metrics. */
  readonly line: number;
  readonly read: (text: string) => unknown;
  readonly fits: (body: unknown) => unknown;
  readonly write: (view: unknown) => string;
  readonly turn: Turn;
}

function deskOf<Done>({ app, edge, route }: FastPathParts<Done>): Desk {
  const { url, task, body, plainAnswer } = route;
  const place = { method: 'POST', url };
  const validator = app.validatorCompiler as Compiler;
  const serializer = app.serializerCompiler as Compiler;
  invariant(validator !== undefined && serializer !== undefined, 'the server is not ready');
  return {
    edge,
    route: route as ShortRoute<unknown>,
    line: edge.metrics.numberOf('POST', url),
    read: jsonReader(app),
    fits: validator({ ...place, schema: body, httpPart: 'body' }),
    write: serializer({
      ...place,
      schema: plainAnswer,
      httpStatus: `${task.status}`,
    }) as Desk['write'],
    turn: new Turn(),
  };
}

/** What there is in a server that is ready; what it is given, its type says too narrowly. */
type Compiler = ((of: object) => (value: unknown) => unknown) | undefined;

interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders | string[];
  readonly body: string;
  readonly encoding: BufferEncoding;
}

const NOTHING = {};

/** One request, and what its task is told of it. */
class Order implements BodyReader, Asked {
  readonly caller: Caller;
  body: unknown;
  readonly params: unknown = NOTHING;
  readonly query: unknown = NOTHING;
  readonly #desk: Desk;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #beganMs: number;
  readonly #otherwise: Parameters<ShortCut>[2];

  constructor(
    desk: Desk,
    request: HeldMessage,
    response: ServerResponse,
    caller: Caller,
    beganMs: number,
    otherwise: Parameters<ShortCut>[2],
  ) {
    this.#desk = desk;
    this.#request = request;
    this.#response = response;
    this.caller = caller;
    this.#beganMs = beganMs;
    this.#otherwise = otherwise;
  }

  get ip(): string {
    return this.#request.socket.remoteAddress ?? '';
  }

  takes(bytes: Buffer): boolean {
    this.body = this.#read(bytes);
    // What is wrong with it, and who has to wait, is the route's to say.
    if (this.body === undefined || !this.#desk.edge.admission.enterAtOnce()) {
      this.#otherwise(this.#request, this.#response);
      return false;
    }
    void this.#answer();
    return true;
  }

  #read(bytes: Buffer): unknown {
    const { read, fits } = this.#desk;
    try {
      const body = read(bytes.toString('utf8'));
      return fits(body) === true ? body : undefined;
    } catch {
      return undefined;
    }
  }

  async #answer(): Promise<void> {
    const { edge, turn, line, route } = this.#desk;
    const id = edge.requestId(this.#request);
    let answer: Answer;
    try {
      answer = this.#done(await route.task.run(this), id);
    } catch (error) {
      answer = this.#refused(error, id);
    }
    await turn.end();
    edge.admission.leave();
    edge.metrics.answered(line, this.#beganMs, answer.status);
    this.#response.writeHead(answer.status, answer.headers).end(answer.body, answer.encoding);
    this.#log(id, answer.status);
  }

  #done(done: unknown, id: string): Answer {
    const { route, write } = this.#desk;
    const { show, status, location = '' } = route.task;
    const view = show(done);
    const text = write(view);
    const bytes = Buffer.byteLength(text);
    const headers = [...FIRST_HEADERS, id, 'location', location + idOf(view), ...JSON_HEADER];
    headers.push('content-length', String(bytes));
    // Where each character is one byte, both encodings are the same, and this one is written faster.
    return { status, headers, body: text, encoding: bytes === text.length ? 'latin1' : 'utf8' };
  }

  #refused(error: unknown, id: string): Answer {
    const { log } = this.#desk.edge;
    log.error(id, error as Error);
    const problem = toldProblem(error, id, log.logger);
    const body = problemDocument(problem, id);
    const headers = {
      ...SECURITY_HEADERS,
      [REQUEST_ID_HEADER]: id,
      ...problemHeaders(problem),
      'content-length': String(Buffer.byteLength(body)),
    };
    return { status: PROBLEMS[problem.code].status, headers, body, encoding: 'utf8' };
  }

  #log(reqId: string, status: number): void {
    const { edge, route } = this.#desk;
    edge.log.request?.({
      reqId,
      method: 'POST',
      route: route.url,
      status,
      durationMs: edge.nowMs() - this.#beganMs,
      remoteAddress: this.#request.socket.remoteAddress,
      accountId: accountIdOf(this.caller),
    });
  }
}
