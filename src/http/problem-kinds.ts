// The kinds of problems that are told, in front of the routes and in them, in words that never change (RFC 9457).
import { REFUSALS, type RefusalCode } from '../service/refusals.ts';

/** What goes wrong before the box office is asked, or in it. */
const HTTP_PROBLEMS = {
  'wrong-method': { status: 405, title: 'This cannot be done here' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'body-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is in a format that is not read here' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong on the server' },
} as const;

export type ProblemCode = RefusalCode | keyof typeof HTTP_PROBLEMS;

/** All kinds of problems, each with its HTTP status. */
export const PROBLEMS: Readonly<
  Record<ProblemCode, { readonly status: number; readonly title: string }>
> = { ...REFUSALS, ...HTTP_PROBLEMS };

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The kind of a problem, as a URI. */
export function problemUri(code: ProblemCode): string {
  return `urn:onsale:problem:${code}`;
}

/** The request that a problem is one of, as a URI: the log has it under the same id. */
export function requestUri(id: string): string {
  return `urn:onsale:request:${encodeURIComponent(id)}`;
}
