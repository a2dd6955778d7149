import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { makeFolder, type TokenSecret, tokenSecret } from '../../src/http/token-secret.ts';
import { withFolder } from '../support/folder.ts';

const VARIABLE = 'SECRET';

function refused(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof InputError && message.test(error.message);
}

/** What can be compared. */
function plain({ secret, from }: TokenSecret): Omit<TokenSecret, 'keep'> {
  return { secret, from };
}

test('a secret that is given is taken as it is, from 32 bytes on, and kept nowhere', () => {
  withFolder((folder) => {
    const given = 'x'.repeat(31);
    assert.throws(
      () => tokenSecret(given, VARIABLE, folder),
      refused(/^\$SECRET must have at least 32 bytes; got 31$/),
    );
    const { secret, from } = tokenSecret(`${given}y`, VARIABLE, folder);
    assert.equal(from, 'environment');
    assert.equal(Buffer.from(secret, 'base64url').toString(), `${given}y`);
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('in a folder it is made once, of 32 bytes, in a file that only its owner can read', () => {
  withFolder((folder) => {
    const made = tokenSecret(undefined, VARIABLE, folder);
    assert.deepEqual(readdirSync(folder), [], 'before it is said that all else is good');
    made.keep();
    const first = plain(made);
    assert.equal(Buffer.from(first.secret, 'base64url').length, 32);
    assert.deepEqual(readdirSync(folder), ['token-secret']);
    const path = join(folder, 'token-secret');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    chmodSync(path, 0o644);
    const again = tokenSecret('', VARIABLE, folder);
    again.keep();
    assert.deepEqual(plain(again), first);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});

test('without a folder it is another one at each start', () => {
  const [one, other] = [1, 2].map(() => tokenSecret(undefined, VARIABLE, undefined));
  assert.equal(one?.from, 'this start');
  assert.notEqual(one?.secret, other?.secret);
});

test('of two that make one at the same time, the second is refused, and the first one stays', () => {
  withFolder((folder) => {
    const [one, other] = [1, 2].map(() => tokenSecret(undefined, VARIABLE, folder));
    one?.keep();
    assert.throws(() => other?.keep(), refused(/^another server has just made .*token-secret: /));
    assert.deepEqual(readdirSync(folder), ['token-secret']);
    assert.equal(tokenSecret(undefined, VARIABLE, folder).secret, one?.secret);
  });
});

test('a file that holds no secret is refused, and left as it is: cut off at every byte', () => {
  withFolder((folder) => {
    const { secret, keep } = tokenSecret(undefined, VARIABLE, folder);
    keep();
    const path = join(folder, 'token-secret');
    for (let length = 0; length < secret.length; length++) {
      const text = secret.slice(0, length);
      writeFileSync(path, text);
      const wrong = refused(/^.*token-secret holds no secret; remove it/);
      assert.throws(() => tokenSecret(undefined, VARIABLE, folder), wrong);
      assert.equal(readFileSync(path, 'utf8'), text);
    }
  });
});

test('the folder of the books is for its owner only; what is no folder is refused', () => {
  withFolder((folder) => {
    const inner = join(folder, 'a', 'b');
    makeFolder(inner);
    makeFolder(inner);
    assert.equal(statSync(inner).mode & 0o777, 0o700);
    writeFileSync(join(folder, 'file'), '');
    const never = process.platform === 'linux' ? ['/proc/onsale', '/proc/onsale/below'] : [];
    for (const path of [join(folder, 'file'), join(folder, 'file', 'below')]) {
      assert.throws(() => makeFolder(path), refused(/^--data cannot use .*file/));
    }
    for (const path of never) {
      assert.throws(() => makeFolder(path), refused(/^--data cannot use \/proc\/onsale/));
    }
    mkdirSync(join(inner, 'token-secret'));
    assert.throws(() => tokenSecret(undefined, VARIABLE, inner), refused(/^--data cannot keep /));
  });
});
