import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type OpenServer, openServer, PASSWORD, SECRET } from '../support/open-server.ts';

const KEY = Buffer.from(SECRET, 'base64url');

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signed(header: object, claims: object, key: Buffer = KEY, hash = 'sha256'): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
}

const HEADER = { alg: 'HS256', typ: 'at+jwt' };

/** What a token of this account says. */
function claimsOf(server: OpenServer, id: string) {
  const seconds = Math.floor(server.calendar.nowMs() / 1000);
  const who = { iss: 'onsale', aud: 'onsale-box-office', sub: id, role: 'customer', ver: 1 };
  return { ...who, jti: 'j', iat: seconds, exp: seconds + 60 };
}

type Forge = (claims: ReturnType<typeof claimsOf>, real: string) => string;

const ATTACKS: Readonly<Record<string, Forge>> = {
  'no signature, alg none': (claims) =>
    `${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(claims)}.`,
  'alg none in capitals': (claims) => `${encoded({ ...HEADER, alg: 'NONE' })}.${encoded(claims)}.`,
  'a real signature under alg none': (claims) => signed({ ...HEADER, alg: 'none' }, claims),
  'another algorithm of the same key': (claims) =>
    signed({ ...HEADER, alg: 'HS512' }, claims, KEY, 'sha512'),
  'an algorithm of public keys': (claims) => signed({ ...HEADER, alg: 'RS256' }, claims),
  'no algorithm': (claims) => signed({ typ: 'at+jwt' }, claims),
  'another key': (claims) => signed(HEADER, claims, Buffer.alloc(32, 8)),
  'an empty key': (claims) => signed(HEADER, claims, Buffer.alloc(0)),
  'another audience': (claims) => signed(HEADER, { ...claims, aud: 'another' }),
  'no audience': (claims) => signed(HEADER, { ...claims, aud: undefined }),
  'another issuer': (claims) => signed(HEADER, { ...claims, iss: 'another' }),
  'another type': (claims) => signed({ ...HEADER, typ: 'JWT' }, claims),
  expired: (claims) => signed(HEADER, { ...claims, exp: claims.iat }),
  'no end': (claims) => signed(HEADER, { ...claims, exp: undefined }),
  'an end that is no number': (claims) => signed(HEADER, { ...claims, exp: '9999999999' }),
  'not valid yet': (claims) => signed(HEADER, { ...claims, nbf: claims.iat + 30 }),
  'another role than the account’s': (claims) => signed(HEADER, { ...claims, role: 'admin' }),
  'a role there is not': (claims) => signed(HEADER, { ...claims, role: 'root' }),
  'an older version': (claims) => signed(HEADER, { ...claims, ver: 0 }),
  'no version': (claims) => signed(HEADER, { ...claims, ver: undefined }),
  'somebody who is not': (claims) => signed(HEADER, { ...claims, sub: 'nobody' }),
  'no subject': (claims) => signed(HEADER, { ...claims, sub: undefined }),
  'a critical extension': (claims) => signed({ ...HEADER, crit: ['x'], x: 1 }, claims),
  'claims of one and the signature of another': (claims, real) =>
    `${encoded(HEADER)}.${encoded({ ...claims, role: 'admin' })}.${real.split('.')[2]}`,
  'a signature cut short': (_, real) => real.slice(0, -2),
  garbage: () => 'garbage',
  'three dots': () => '...',
  nothing: () => '',
  'very long': () => 'a'.repeat(5000),
};

test(`${Object.keys(ATTACKS).length} forged tokens are refused, on a route that guests may use, too`, async () => {
  const server = await openServer({ terms: { guests: 'buy' } });
  const { token, id } = await server.join('victim');
  // The forger knows how it is done: with the right key, all is well.
  const good = signed(HEADER, claimsOf(server, id));
  assert.equal((await server.ask('GET /accounts/me', { token: good })).status, 200);
  for (const [name, forge] of Object.entries(ATTACKS)) {
    const forged = forge(claimsOf(server, id), token);
    for (const route of ['GET /accounts/me', 'POST /reservations']) {
      const body = route.startsWith('POST') ? { eventId: 'e', quantity: 1 } : undefined;
      const { status, headers, body: told } = await server.ask(route, { token: forged, body });
      assert.equal(status, 401, `${name}: ${route}`);
      assert.equal(headers['www-authenticate'], 'Bearer error="invalid_token"', name);
      assert.equal(told.type, 'urn:onsale:problem:not-logged-in', name);
    }
  }
  for (const authorization of ['Basic YTpi', 'Bearer', token]) {
    const { status } = await server.ask('GET /accounts/me', { headers: { authorization } });
    assert.equal(status, 401, authorization);
  }
  await server.close();
});

test('a token that was good is not, from the second on at which it ends', async () => {
  const server = await openServer();
  const { token } = await server.join('bob');
  assert.equal((await server.ask('GET /accounts/me', { token })).status, 200);
  server.calendar.pass(599_000 - 1000);
  assert.equal((await server.ask('GET /accounts/me', { token })).status, 200);
  server.calendar.pass(2000);
  const { status, body } = await server.ask('GET /accounts/me', { token });
  assert.equal(status, 401);
  assert.match(body.detail, /expired/);
  await server.close();
});

test('a role that was taken away is gone at once, and where another thread did it, after 5 seconds', async () => {
  const server = await openServer();
  const admin = await server.join('boss', 'admin');
  const first = await server.join('first', 'organizer');
  const second = await server.join('second', 'organizer');
  const create = (token: string) =>
    server.ask('POST /events', {
      body: { name: 'A', date: '2027-01-01', capacity: 1 },
      token,
    });
  assert.equal((await create(first.token)).status, 201);
  assert.equal((await create(second.token)).status, 201);
  await server.ask(`PATCH /accounts/${first.id}`, {
    body: { role: 'customer' },
    token: admin.token,
  });
  assert.equal((await create(first.token)).status, 401);
  await server.backOffice.changeAccount(second.id, { role: 'customer' });
  server.calendar.pass(5000);
  assert.equal((await create(second.token)).status, 401);
  await server.close();
});

test('a changed password makes older tokens worthless, and the new one is let in', async () => {
  const server = await openServer();
  const { token } = await server.join('bob');
  const change = (current: string, next: string) =>
    server.ask('PUT /accounts/me/password', { body: { current, next }, token });
  assert.equal((await change('wrong password', 'battery staple')).status, 401);
  const changed = await change(PASSWORD, 'battery staple');
  assert.equal(changed.status, 200);
  assert.equal((await server.ask('GET /accounts/me', { token })).status, 401);
  const again = await server.ask('GET /accounts/me', { token: changed.body.token });
  assert.equal(again.status, 200);
  const logIn = (password: string) =>
    server.ask('POST /sessions', { body: { name: 'BOB', password } });
  assert.equal((await logIn(PASSWORD)).status, 401);
  assert.equal((await logIn('battery staple')).status, 201);
  await server.close();
});

test('admins cannot take away their own role', async () => {
  const server = await openServer();
  const { token, id } = await server.join('boss', 'admin');
  const { status } = await server.ask(`PATCH /accounts/${id}`, {
    body: { role: 'customer' },
    token,
  });
  assert.equal(status, 403);
  await server.close();
});
