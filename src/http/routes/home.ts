import { createHash } from 'node:crypto';
import type { App } from '../app.ts';

const LINKS = {
  events: '/events',
  reservations: '/reservations',
  accounts: '/accounts',
  sessions: '/sessions',
  openapi: '/openapi.json',
  docs: '/docs',
} as const;

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:10vh auto;padding:0 1rem}';
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>onsale box office</title>
<style>${STYLE}</style>
<h1>onsale box office</h1>
<p>Tickets, each sold exactly once.</p>
<ul>
<li><a href="/events">What is on sale</a></li>
<li><a href="/docs">What can be asked of this server</a>, and <a href="/openapi.json">the same for programs</a></li>
</ul>
</html>
`;
const HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Where everything is: a page for browsers, links for programs. */
export function homeRoutes(app: App): void {
  app.get('/', { schema: { hide: true } }, (request, reply) => {
    reply.header('vary', 'accept');
    if (!(request.headers.accept ?? '').includes('text/html')) return reply.send({ links: LINKS });
    return reply
      .header('content-security-policy', POLICY)
      .type('text/html; charset=utf-8')
      .send(PAGE);
  });
}
