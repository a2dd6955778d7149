import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { sendProblem } from './problems.ts';

interface KnownPath {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** Answers what no route does: 405 where another method would do, 204 to OPTIONS, and 404 to the rest. */
export function answerUnknown(app: App): void {
  const paths = new Map<string, KnownPath>();
  app.addHook('onRoute', ({ url, method }) => {
    const path = paths.get(url) ?? { segments: url.split('/'), methods: new Set(['OPTIONS']) };
    for (const each of [method].flat()) path.methods.add(each);
    paths.set(url, path);
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const allowed = methodsOf(request.url, [...paths.values()]);
    if (allowed.length === 0) {
      return sendProblem(reply, { code: 'not-found', detail: 'there is nothing at this path' });
    }
    reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return sendProblem(reply, {
      code: 'wrong-method',
      detail: `here you may ${allowed.join(', ')}`,
    });
  });
}

function methodsOf(url: string, paths: readonly KnownPath[]): string[] {
  const segments = (url.split('?', 1)[0] as string).split('/');
  const fitting = paths.filter((path) => fits(segments, path.segments));
  return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].toSorted();
}

function fits(segments: readonly string[], pattern: readonly string[]): boolean {
  if (segments.length !== pattern.length) return false;
  return pattern.every((each, at) => {
    return each === segments[at] || (each.startsWith(':') && segments[at] !== '');
  });
}
