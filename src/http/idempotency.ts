// A request that comes with an Idempotency-Key is done once, however often it is sent: who repeats it gets the first
// answer again, byte for byte. Requests without a key pass by.
import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Calendar } from '../base/clock.ts';
import type { BackOfficeCalls } from '../service/back-office-calls.ts';
import type { Keeper } from '../service/box-office.ts';
import type { Claim, ClaimAnswer } from '../service/records/records.ts';
import { Refusal } from '../service/refusals.ts';
import type { KeptAnswer } from '../service/terms.ts';
import { PROBLEM_TYPE, PROBLEMS } from './problem-kinds.ts';
import { type Problem, problemDocument, problemOf, sendProblemHeaders } from './problems.ts';
import { Turn } from './turn.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
/** Visible ASCII, as many as a column of a database holds with ease. */
const KEY = /^[\x21-\x7e]{1,255}$/;
/** Refusals that were decided on what is in the books; asking again would be another question. */
const KEPT_STATUSES: ReadonlySet<number> = new Set([404, 409, 422]);

/** Where answers are kept: in the books, or in this thread's memory. */
export type AnswerKeeping = Pick<BackOfficeCalls, 'claim' | 'keep' | 'unclaim'>;

/** What there is to know of what a POST does. */
interface TaskTerms {
  readonly status: number;
  /** What `Location` begins with; the id of what was made follows. */
  readonly location?: string;
  /** Whoever gives no account of himself, or not yet, is known by his address. */
  readonly byAddress?: boolean;
}

/** What a POST goes by. */
export type Asked = Pick<FastifyRequest, 'caller' | 'params' | 'query' | 'body' | 'ip'>;

/** What a POST does. Made once for a route. */
export interface Task<Done> extends TaskTerms {
  /** Does it. The keeper, if there is one, turns what is done into what is kept in the same transaction. */
  readonly run: (asked: Asked, keeper?: Keeper<Done>) => Promise<Done>;
  readonly show: (done: Done) => unknown;
}

/** Does the tasks of one thread once for each key. */
export class Idempotency {
  readonly #secret: string;
  readonly #calendar: Calendar;

  constructor(secret: string, calendar: Calendar) {
    this.#secret = secret;
    this.#calendar = calendar;
  }

  async once<Done>(
    task: Task<Done>,
    keeping: AnswerKeeping,
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const claim = this.#claim(task, key, request);
    const answer = await keeping.claim(claim);
    if (answer.outcome !== 'claimed') return repeat(task, answer, reply);
    let body: string | undefined;
    const keeper = (done: Done): KeptAnswer => {
      body = serialized(reply, task, done);
      return { ...claim, status: task.status, body };
    };
    try {
      const done = await task.run(request, keeper);
      // Whoever had nothing to write down with the answer leaves that to us.
      if (body === undefined) await keeping.keep(keeper(done));
    } catch (error) {
      return await refuse(error, claim, keeping, request, reply);
    }
    return send(task, task.status, body as unknown as string, reply);
  }

  #claim(task: TaskTerms, key: string, request: FastifyRequest): Claim {
    if (!KEY.test(key)) {
      throw new Refusal('bad-request', 'Idempotency-Key has 1 to 255 visible ASCII characters');
    }
    const { caller } = request;
    const isGuest = task.byAddress === true || caller.role === 'guest';
    return {
      scope: isGuest ? `guest ${request.ip}` : caller.id,
      key,
      fingerprint: this.#fingerprint(request),
      atMs: this.#calendar.nowMs(),
    };
  }

  /** Under a secret: of a body with a password in it, a plain digest would be a fast way to guess that. */
  #fingerprint({ method, routeOptions, params, query, body }: FastifyRequest): string {
    const asked = canonical({ method, url: routeOptions.url, params, query, body });
    return createHmac('sha256', this.#secret).update(asked).digest('base64url');
  }
}

/** A route's handler: with a key it is done once, without one as often as it is asked. */
export function posted<Done>(
  task: Task<Done>,
  idempotency: Idempotency,
  keeping: AnswerKeeping,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const turn = new Turn();
  return async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key !== undefined) {
      return idempotency.once(task, keeping, String(key), request, reply);
    }
    const view = task.show(await task.run(request));
    await turn.end();
    reply.code(task.status);
    if (task.location !== undefined) reply.header('location', task.location + idOf(view));
    return view;
  };
}

function serialized<Done>(reply: FastifyReply, task: Task<Done>, done: Done): string {
  return reply.code(task.status).serialize(task.show(done)) as string;
}

function repeat(task: TaskTerms, answer: ClaimAnswer, reply: FastifyReply): FastifyReply {
  if (answer.outcome === 'kept') {
    reply.header('idempotency-replayed', 'true');
    return send(task, answer.answer.status, answer.answer.body, reply);
  }
  if (answer.outcome === 'reused') {
    throw new Refusal('key-reused', 'this key came with another request before: take a new one');
  }
  throw new Refusal('in-flight', 'the first request with this key has no answer yet', {
    retryAfterSeconds: 1,
  });
}

/** Keeps a refusal that will not change, and gives up the claim of all others. */
async function refuse(
  error: unknown,
  claim: Claim,
  keeping: AnswerKeeping,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const problem: Problem | undefined = problemOf(error);
  if (!problem || !KEPT_STATUSES.has(PROBLEMS[problem.code].status)) {
    await keeping.unclaim(claim.scope, claim.key);
    throw error;
  }
  const { status } = PROBLEMS[problem.code];
  const body = problemDocument(problem, request.id);
  await keeping.keep({ ...claim, status, body });
  sendProblemHeaders(reply, problem);
  return reply.send(body);
}

function send(task: TaskTerms, status: number, body: string, reply: FastifyReply): FastifyReply {
  reply.code(status).header('content-type', status < 400 ? JSON_TYPE : PROBLEM_TYPE);
  if (task.location !== undefined && status < 400) {
    reply.header('location', task.location + idOf(JSON.parse(body)));
  }
  return reply.send(body);
}

/** Of what was made. */
export function idOf(view: unknown): string {
  return (view as { readonly id: string }).id;
}

/** The same text for the same things, in whichever order they came. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    const entries = Object.entries(each);
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
