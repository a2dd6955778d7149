import type { FastifyInstance } from 'fastify';

/**
 * Makes what reads JSON: what names `__proto__` or a constructor is none.
 * It throws a FastifyError for what is no JSON.
 */
export function jsonReader(app: FastifyInstance): (text: string) => unknown {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (text) => {
    let failed: Error | null = null;
    let read: unknown;
    // It looks at no request, and does not wait.
    void parse(undefined as never, text, (error, value: unknown) => {
      failed = error;
      read = value;
    });
    if (failed !== null) throw failed;
    return read;
  };
}

/** JSON and nothing else; many clients say that nothing is JSON, too. */
export function readJson(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  const read = jsonReader(app);
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (_request, body, done) => {
      let value: unknown;
      try {
        value = body === '' ? undefined : read(body);
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null, value);
    },
  );
}
