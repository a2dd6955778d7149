import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { seeToAdmin } from '../../src/service/first-admin.ts';
import { Refusal } from '../../src/service/refusals.ts';
import type { Credentials, Role } from '../../src/service/terms.ts';

/** Accounts of which there is one or none, and what was made. */
function accounts(role?: Role) {
  const made: [name: string, password: string][] = [];
  const account: Credentials | undefined = role && {
    id: 'x',
    number: 1,
    name: 'ada',
    role,
    version: 1,
    createdAtMs: 0,
    passwordHash: '',
  };
  const ensureAdmin = async (name: string, password: string) => {
    if (password.length < 8) throw new Refusal('bad-request', 'a password has 8 to 256 characters');
    made.push([name, password]);
  };
  return { made, ensureAdmin, credentials: async () => account };
}

test('the first time an admin is made, with the password that was given or another each time', async () => {
  const none = accounts();
  const given = await seeToAdmin(none, none, 'ada', 'a password');
  assert.deepEqual(given, { outcome: 'made', password: undefined });
  const passwords = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const found = await seeToAdmin(none, none, 'ada', undefined);
    assert.ok(found.outcome === 'made' && found.password !== undefined);
    passwords.add(found.password);
  }
  assert.equal(passwords.size, 3);
  assert.deepEqual(none.made[0], ['ada', 'a password']);
  assert.ok(none.made.slice(1).every(([, password]) => passwords.has(password)));
});

test('an admin who is there keeps the password, and whoever took the name first does not become one', async () => {
  const admin = accounts('admin');
  const found = await seeToAdmin(admin, admin, 'ada', 'another password');
  assert.deepEqual([found, admin.made], [{ outcome: 'there already' }, []]);
  const customer = accounts('customer');
  await assert.rejects(
    seeToAdmin(customer, customer, 'ada', 'a password'),
    (error) =>
      error instanceof InputError &&
      error.message.startsWith('--admin ada: a customer has this name'),
  );
  assert.deepEqual(customer.made, []);
});

test('a password that will not do is refused in one line', async () => {
  const none = accounts();
  await assert.rejects(
    seeToAdmin(none, none, 'ada', 'short'),
    (error) => error instanceof InputError && error.message.startsWith('--admin: a password has 8'),
  );
});
