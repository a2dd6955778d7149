import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServer } from '../support/open-server.ts';

interface Operation {
  readonly summary: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

test('the OpenAPI document has every route, each with what may go wrong, and nothing it refers to is missing', async () => {
  const server = await openServer();
  const { status, text } = await server.ask('GET /openapi.json');
  assert.equal(status, 200);
  const document = JSON.parse(text) as Document;
  assert.match(document.openapi, /^3\.1\./);
  assert.ok(document.info.title && document.info.version);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  assert.equal(operations.length, 22);
  for (const { path, method, operation } of operations) {
    const name = `${method} ${path}`;
    const codes = Object.keys(operation.responses);
    assert.ok(operation.summary, name);
    assert.ok(
      codes.some((code) => code.startsWith('2')),
      name,
    );
    for (const code of ['400', '429', '500', '503'])
      assert.ok(codes.includes(code), `${name} ${code}`);
    for (const [code, { content }] of Object.entries(operation.responses)) {
      if (code.startsWith('2')) continue;
      assert.deepEqual(Object.keys(content ?? {}), ['application/problem+json'], `${name} ${code}`);
    }
    if (method === 'post') assert.ok(codes.includes('409') && codes.includes('422'), name);
    if (path.includes('{id}') && method !== 'get') assert.ok(codes.includes('404'), name);
  }
  for (const [, schema] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[schema as string], schema);
  }
  assert.match(text, /sold-out/);
  assert.match(text, /Idempotency-Key/);
  await server.close();
});

test('the page that shows it loads its own files only, and they are there', async () => {
  const server = await openServer();
  const page = await server.ask('GET /docs');
  assert.match(page.headers['content-security-policy'] ?? '', /script-src 'self';/);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, file]) => file as string,
  );
  assert.ok(files.length >= 5);
  for (const file of files) {
    assert.match(file, /^\/docs\//);
    const { status, headers } = await server.ask(`GET ${file}`);
    assert.equal(status, 200, file);
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/, file);
  }
  assert.equal(
    (await server.ask('GET /docs/json')).text,
    (await server.ask('GET /openapi.json')).text,
  );
  const { headers, text } = await server.ask(`HEAD ${files[0]}`);
  assert.deepEqual([headers['content-type'], text], ['text/css; charset=utf-8', '']);
  for (const nothing of ['/docs/nothing', '/docs/../package.json', '/docs/%2e%2e/package.json']) {
    const { status, body } = await server.ask(`GET ${nothing}`);
    assert.deepEqual([status, body.type], [404, 'urn:onsale:problem:not-found'], nothing);
  }
  await server.close();
});
