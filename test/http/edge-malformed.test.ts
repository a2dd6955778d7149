import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EdgeServer, openEdgeServer, RawClient } from '../support/edge-server.ts';
import fc from '../support/fast-check.ts';

const CASES = process.env['ONSALE_LONG'] ? 5000 : 300;

let server: EdgeServer;
/** Bodies that reached a route by another way than an honest request. */
let smuggled: string[];
before(async () => {
  smuggled = [];
  server = await openEdgeServer({
    limits: { headersTimeoutMs: 600, requestTimeoutMs: 600, keepAliveTimeoutMs: 500 },
    routes: (app) => {
      app.get('/smuggled', ({ url }) => {
        smuggled.push(url);
        return {};
      });
    },
  });
});
after(() => server.shutdown());

const HEAD = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const INNER = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

/** What is answered when all of a text is written at once and nothing more comes. */
async function answersTo(text: string): Promise<number[]> {
  const client = await RawClient.to(server.port);
  client.socket.end(Buffer.from(text, 'latin1'));
  await client.closed;
  assert.doesNotMatch(client.text, /\bat .*[(/].*\.[jt]s:\d+/, 'no stack is told');
  return client.statuses;
}

for (const [kind, text] of [
  [
    'a length and chunks',
    `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER}`,
  ],
  [
    'chunks and a length',
    `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${INNER}`,
  ],
  ['two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${INNER}`],
  ['two lengths in one', `${HEAD}Content-Length: 2, 2\r\n\r\n{}${INNER}`],
  ['a signed length', `${HEAD}Content-Length: +2\r\n\r\n{}${INNER}`],
  ['a negative length', `${HEAD}Content-Length: -2\r\n\r\n{}${INNER}`],
  ['a length in hexadecimal', `${HEAD}Content-Length: 0x2\r\n\r\n{}${INNER}`],
  ['a length beyond all numbers', `${HEAD}Content-Length: ${'9'.repeat(30)}\r\n\r\n{}${INNER}`],
  ['a length with a space before the colon', `${HEAD}Content-Length : 2\r\n\r\n{}${INNER}`],
  ['an encoding that is not known', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${INNER}`],
  [
    'chunks that are not last',
    `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${INNER}`,
  ],
  [
    'an encoding on a folded line',
    `${HEAD}Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n${INNER}`,
  ],
  ['a chunk size that is none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nz\r\n${INNER}`],
  ['a chunk size with a sign', `${HEAD}Transfer-Encoding: chunked\r\n\r\n-1\r\n${INNER}`],
  [
    'a chunk longer than it says',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${INNER}`,
  ],
  ['a NUL in a header', `${HEAD}X: a\0b\r\nContent-Length: 2\r\n\r\n{}${INNER}`],
  [
    'a bare CR in a header',
    `${HEAD}X: a\rContent-Length: 40\r\nContent-Length: 2\r\n\r\n{}${INNER}`,
  ],
  ['no host', `GET /smuggled HTTP/1.1\r\n\r\n`],
  ['a version that is none', `GET /smuggled HTTP/9.9\r\nHost: a\r\n\r\n`],
  ['a method that is none', `G\0T /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a space in the path', `GET /smuggled and more HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a handshake of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
] as const) {
  test(`refused, with nothing smuggled: ${kind}`, async () => {
    smuggled = [];
    const statuses = await answersTo(text);
    for (const status of statuses) assert.ok(status >= 400 && status < 500, statuses.join());
    assert.deepEqual(smuggled, []);
    assert.equal((await fetch(`${server.url}/events`)).status, 200);
  });
}

const LINES = fc.constantFrom(
  'Content-Length: 2',
  'Content-Length: 40',
  'Content-Length: 1e3',
  'Content-Length:',
  'Transfer-Encoding: chunked',
  'transfer-encoding: CHUNKED',
  'Transfer-Encoding: gzip, chunked',
  ' folded: yes',
  '\tfolded',
  'Content-Type: application/json',
  'Host: b',
  'Connection: close, transfer-encoding',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Expect: something',
  '__proto__: 1',
  'no colon',
  ': no name',
  'X-Request-Id: "}{',
);
const ENDS = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '\0\r\n', '\r\r\n');
const STARTS = fc.constantFrom(
  'POST /echo HTTP/1.1',
  'GET /events HTTP/1.1',
  'DELETE /echo HTTP/1.0',
  'HEAD /events HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT a:1 HTTP/1.1',
  'GET http://evil.example/events HTTP/1.1',
  'GET /%00%zz?a=%ff HTTP/1.1',
  'GET  /events HTTP/1.1',
  'GET /events',
);
const BODIES = fc.constantFrom(
  '',
  '{}',
  '0\r\n\r\n',
  '2\r\n{}\r\n0\r\n\r\n',
  '{"__proto__":1}',
  '\0',
);
const REQUESTS = fc
  .tuple(STARTS, fc.array(fc.tuple(LINES, ENDS), { maxLength: 6 }), ENDS, BODIES, fc.boolean())
  .map(([start, lines, end, body, hasHost]) => {
    const headers = lines.map(([line, lineEnd]) => line + lineEnd).join('');
    return `${start}\r\n${hasHost ? 'Host: a\r\n' : ''}${headers}${end}${body}`;
  });
const NOISE = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

test(`whatever is sent, no answer tells of a fault of the server, and it goes on: ${CASES} texts`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 5, arbitrary: REQUESTS }, NOISE), { minLength: 1, maxLength: 2 }),
      async (texts) => {
        const statuses = await answersTo(texts.join(''));
        assert.ok(
          statuses.every((status) => status < 500),
          statuses.join(),
        );
      },
    ),
    { numRuns: CASES },
  );
  assert.equal((await fetch(`${server.url}/events`)).status, 200);
});
