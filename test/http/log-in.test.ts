import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PasswordHasher } from '../../src/service/password.ts';
import type { Refusal } from '../../src/service/refusals.ts';
import { failedAgain, LOG_IN_THROTTLE, waitMs } from '../../src/service/throttle.ts';
import { CHEAP, type OpenServer, openServer, PASSWORD } from '../support/open-server.ts';

function logIn(server: OpenServer, name: string, password: string) {
  return server.ask('POST /sessions', { body: { name, password } });
}

for (const name of ['bob', 'nobody']) {
  test(`after 5 wrong passwords of ${name} one waits, twice as long each time, and all others from there, too`, async () => {
    const server = await openServer();
    await server.join('bob');
    await server.join('alice');
    for (let failure = 0; failure < 5; failure++) {
      const { status, body } = await logIn(server, name, `wrong number ${failure}`);
      assert.equal(status, 401);
      assert.equal(body.detail, 'the name or the password is wrong');
    }
    for (const seconds of [1, 2, 4]) {
      const { status, body, headers } = await logIn(server, name, PASSWORD);
      assert.equal(status, 429);
      assert.equal(body.type, 'urn:onsale:problem:throttled');
      assert.equal(body.retryAfterSeconds, seconds);
      assert.equal(headers['retry-after'], String(seconds));
      assert.equal((await logIn(server, 'alice', PASSWORD)).status, 429);
      server.calendar.pass(seconds * 1000);
      assert.equal((await logIn(server, name, 'wrong again')).status, 401);
    }
    server.calendar.pass(LOG_IN_THROTTLE.memoryMs);
    assert.equal((await logIn(server, 'bob', PASSWORD)).status, 201);
    await server.close();
  });
}

test('a right password makes a name’s failures forgotten: 4 and 4 of them, from 9 addresses', async () => {
  const server = await openServer();
  await server.join('bob');
  let address = 0;
  const from = (password: string) =>
    server.accounts.logIn({ name: 'Bob', password, address: `10.0.0.${++address}` });
  const fail = async () => {
    await assert.rejects(from('wrong password'), { code: 'wrong-credentials' });
  };
  for (let round = 0; round < 2; round++) {
    for (let failure = 0; failure < 4; failure++) await fail();
    assert.equal((await from(PASSWORD)).name, 'bob');
  }
  for (let failure = 0; failure < 5; failure++) await fail();
  await assert.rejects(from(PASSWORD), { code: 'throttled' });
  await server.close();
});

test('of 18 guesses at once 5 are tried: whether one must wait is asked again when its turn has come', async () => {
  const server = await openServer();
  await server.join('bob');
  const guesses = Array.from({ length: 18 }, (_, at) =>
    server.accounts.logIn({ name: 'bob', password: 'wrong password', address: `10.0.0.${at}` }),
  );
  const codes = (await Promise.allSettled(guesses)).map(
    (each) => 'reason' in each && (each.reason as Refusal).code,
  );
  const tried = codes.filter((code) => code === 'wrong-credentials').length;
  assert.equal(tried, 5, codes.join());
  assert.equal(codes.filter((code) => code === 'throttled').length, 18 - tried);
  await server.close();
});

test('waits double from 1 second to 5 minutes, and 15 quiet minutes end them', () => {
  let failures = failedAgain(undefined, 0, LOG_IN_THROTTLE);
  const waits = [];
  for (let count = 1; count <= 16; count++) {
    waits.push(waitMs(failures, 0, LOG_IN_THROTTLE) / 1000);
    failures = failedAgain(failures, 0, LOG_IN_THROTTLE);
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  assert.equal(waitMs(failures, 299_999, LOG_IN_THROTTLE), 1);
  assert.equal(waitMs(failures, 300_000, LOG_IN_THROTTLE), 0);
  assert.equal(failedAgain(failures, LOG_IN_THROTTLE.memoryMs, LOG_IN_THROTTLE).count, 1);
});

test('names are taken in whatever case, and made of few characters; passwords of any', async () => {
  const server = await openServer();
  const register = (name: unknown, password: unknown) =>
    server.ask('POST /accounts', { body: { name, password } });
  assert.equal((await register('Bob', PASSWORD)).status, 201);
  const taken = await register('bOB', PASSWORD);
  assert.equal(taken.body.type, 'urn:onsale:problem:name-taken');
  for (const name of ['ab', 'a'.repeat(41), 'a b c', 'bób', 'a<b>', '', 7, null]) {
    assert.equal((await register(name, PASSWORD)).status, 400, String(name));
  }
  for (const password of ['1234567', 'a'.repeat(257), 12_345_678]) {
    assert.equal((await register('carol', password)).status, 400, String(password));
  }
  const odd = '🎫🎫🎫🎫\u0000\n é';
  assert.equal((await register('odd', odd)).status, 201);
  // However the accent is composed.
  assert.equal((await logIn(server, 'odd', odd.normalize('NFD'))).status, 201);
  await server.close();
});

test('a hash says how it was made, is of one password only, and never the same twice', async () => {
  const hasher = new PasswordHasher(CHEAP);
  const [one, two] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)];
  assert.match(one, /^\$scrypt\$ln=4,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await hasher.verify(PASSWORD, one), true);
  assert.equal(await hasher.verify('correct Horse', one), false);
  assert.equal(await hasher.verify(PASSWORD, undefined), false);
  // Made when hashes cost something else.
  const other = new PasswordHasher({ log2N: 5, r: 4, p: 2 });
  assert.equal(await other.verify(PASSWORD, one), true);
});

test('of 30 hashes at once, 2 are worked on, 16 wait, and 12 are refused', async () => {
  const hasher = new PasswordHasher(CHEAP);
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => hasher.hash(PASSWORD)));
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 12);
  for (const each of refused) {
    assert.ok('reason' in each && (each.reason as Refusal).code === 'overloaded');
  }
  await hasher.hash(PASSWORD);
});

test('whoever starts the server can have an admin, and give him another password', async () => {
  const server = await openServer();
  await server.accounts.ensureAdmin('boss', PASSWORD);
  const before = await server.backOffice.credentials('boss');
  await server.accounts.ensureAdmin('boss', PASSWORD);
  assert.deepEqual(await server.backOffice.credentials('boss'), before);
  await server.accounts.ensureAdmin('boss', 'battery staple');
  assert.equal((await logIn(server, 'boss', PASSWORD)).status, 401);
  const { body } = await logIn(server, 'boss', 'battery staple');
  assert.equal(body.account.role, 'admin');
  await server.close();
});
