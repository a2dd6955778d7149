import type { FastifyReply, FastifyRequest } from 'fastify';

/** What every answer begins with. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // Answers are somebody's own unless a route says otherwise; those with a token in them must be nowhere else.
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What every answer tells browsers: take nothing for a page, show nothing in a frame, keep nothing, tell nobody. */
export function securityHeaders(
  _request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  reply.headers(SECURITY_HEADERS);
  done();
}
