// What can be asked of this server, told in OpenAPI 3.1: for programs at /openapi.json, for people at /docs.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import type { App } from './app.ts';
import { PROBLEMS, type ProblemCode } from './problem-kinds.ts';
import { ProblemDocument } from './schemas.ts';

/** What may go wrong with every request. */
const ALWAYS: readonly ProblemCode[] = ['bad-request', 'overloaded', 'internal', 'unavailable'];
/** Where a body is read. */
const WITH_BODY: readonly ProblemCode[] = ['body-too-large', 'unsupported-media-type'];
/** Where an Idempotency-Key is heeded. */
const WITH_KEY: readonly ProblemCode[] = ['in-flight', 'key-reused'];

/** The page loads its own scripts and styles, asks this server, and nothing else. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** To be called before the routes, which it collects. */
export async function describeRoutes(app: App): Promise<void> {
  app.addSchema({ $id: 'Problem', ...ProblemDocument });
  await app.register(swagger, {
    refResolver: { buildLocalReference: ({ $id }) => $id as string },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'onsale box office',
        version: '1',
        description:
          'Every POST heeds an Idempotency-Key: who sends it again with the same request gets the first answer again. ' +
          'Everything that goes wrong is told as application/problem+json, with a type that never changes.',
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      // What needs nobody in particular can be had without a token.
      security: [{ token: [] }, {}],
    },
    transform: ({ schema, url, route }) => {
      if (schema?.hide === true || !schema?.summary)
        return { schema: { ...schema, hide: true }, url };
      const methods = [route.method].flat();
      const codes = new Set<ProblemCode>([...ALWAYS, ...(route.config?.problems ?? [])]);
      if (methods.includes('POST')) for (const code of WITH_KEY) codes.add(code);
      if (!methods.includes('GET')) for (const code of WITH_BODY) codes.add(code);
      return { schema: withProblems(schema, [...codes], methods.includes('POST')), url };
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    // Without the bar at its top, which asks for the address of some other document.
    uiConfig: { layout: 'BaseLayout' },
    theme: { title: 'onsale box office' },
  });
}

function withProblems(
  schema: FastifySchema,
  codes: readonly ProblemCode[],
  takesKey: boolean,
): FastifySchema {
  const { response = { 204: { type: 'null', description: 'Done' } } } = schema;
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))];
  const problems = statuses.map((status) => {
    const told = codes.filter((code) => PROBLEMS[code].status === status);
    const description = told.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. ');
    const content = { 'application/problem+json': { schema: { $ref: 'Problem#' } } };
    return [status, { description, content }] as const;
  });
  return {
    ...schema,
    ...(takesKey ? { headers: KEY_HEADER } : {}),
    response: { ...(response as object), ...Object.fromEntries(problems) },
  };
}

const KEY_HEADER = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'Chosen by the client, one for each thing it wants done once',
    },
  },
};
