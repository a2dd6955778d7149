// Everything that goes wrong is told as a problem document (RFC 9457): what kind of problem it is, in words that never
// change, and nothing of how this server is made.
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, type RefusalDetails } from '../service/refusals.ts';
import {
  PROBLEM_TYPE,
  PROBLEMS,
  type ProblemCode,
  problemUri,
  requestUri,
} from './problem-kinds.ts';
import { PATTERNS } from './schemas.ts';
import { INVALID_TOKEN } from './tokens.ts';

/** A problem that is to be told. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly details?: RefusalDetails;
  /** The places of a request that are wrong. */
  readonly errors?: readonly string[];
}

/** What is told of anything thrown; undefined when it is nobody's fault but ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Refusal) {
    return { code: error.code, detail: error.message, details: error.details };
  }
  const { validation, validationContext, code, statusCode = 500 } = error as Partial<FastifyError>;
  if (validation) {
    // Where one of several forms would do, that is said once, by what they are.
    const told = validation.filter(({ keyword }) => keyword !== 'anyOf');
    const errors = [...new Set((told.length > 0 ? told : validation).map(placeOf))];
    return { code: 'bad-request', detail: `${validationContext}${errors[0]}`, errors };
  }
  if (statusCode === 413) return { code: 'body-too-large', detail: 'the body has too many bytes' };
  if (statusCode === 414)
    return { code: 'not-found', detail: 'there is nothing with so long a name' };
  if (statusCode === 415) {
    return { code: 'unsupported-media-type', detail: 'send application/json' };
  }
  if (statusCode >= 500) return undefined;
  return { code: 'bad-request', detail: UNREADABLE[code ?? ''] ?? NO_JSON };
}

const NO_JSON = 'the body is not valid JSON, or names __proto__ or a constructor';
const UNREADABLE: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the path is not a valid one',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty; Content-Type says that it is JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body has not as many bytes as Content-Length says',
};

/** The document, as it is sent. */
export function problemDocument(problem: Problem, requestId: string): string {
  const { code, detail, details, errors } = problem;
  const { status, title } = PROBLEMS[code];
  const type = problemUri(code);
  const instance = requestUri(requestId);
  return JSON.stringify({ ...details, type, title, status, detail, instance, errors });
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  sendProblemHeaders(reply, problem);
  return reply.send(problemDocument(problem, reply.request.id));
}

/** The status and the headers of a problem. */
export function sendProblemHeaders(reply: FastifyReply, problem: Problem): void {
  reply.code(PROBLEMS[problem.code].status).headers(problemHeaders(problem));
}

/** The headers of a problem, besides those of all answers. */
export function problemHeaders({ code, details }: Problem): Record<string, string> {
  const { status } = PROBLEMS[code];
  const headers: Record<string, string> = {
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
  };
  if (status === 401) {
    const isBad = details?.['error'] === INVALID_TOKEN;
    headers['www-authenticate'] = isBad ? `Bearer error="${INVALID_TOKEN}"` : 'Bearer';
  }
  const wait = details?.['retryAfterSeconds'] ?? (status === 429 || status === 503 ? 1 : undefined);
  if (wait !== undefined) headers['retry-after'] = String(wait);
  return headers;
}

/** Told when it is nobody's fault but ours. The log says more. */
const INTERNAL: Problem = {
  code: 'internal',
  detail: 'it is in the log, under the id of this request',
};

/** What routes throw ends here. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toldProblem(error, request.id, request.log));
}

/** What is told of anything thrown, whoever's fault it is. */
export function toldProblem(
  error: unknown,
  requestId: string,
  log: Pick<FastifyBaseLogger, 'error'>,
): Problem {
  const problem = problemOf(error);
  if (problem) return problem;
  log.error({ reqId: requestId, err: error }, 'a request failed');
  return INTERNAL;
}

/** The only texts of which a request says more than a pattern does. */
const A_DATE = 'a day or a moment as 2027-05-01 or 2027-05-01T20:00:00Z';

/** Never with what was sent: it may be a password. */
function placeOf(error: NonNullable<FastifyError['validation']>[number]): string {
  const { instancePath, message = 'is wrong', params, keyword } = error;
  const { additionalProperty, allowedValues, pattern } = params as {
    readonly pattern?: string;
    readonly additionalProperty?: unknown;
    readonly allowedValues?: readonly unknown[];
  };
  const path = instancePath === '' && keyword !== 'required' ? '/' : instancePath;
  if (typeof additionalProperty === 'string') {
    return `${path} has a field that is not known: ${JSON.stringify(additionalProperty.slice(0, 60))}`;
  }
  const words = keyword === 'format' ? A_DATE : PATTERNS.get(pattern ?? '');
  if (words !== undefined) return `${path} must be ${words}`;
  const allowed = allowedValues ? `: ${allowedValues.join(', ')}` : '';
  return `${path || '/'} ${message}${allowed}`;
}
