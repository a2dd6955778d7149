// What the command says of servers, where they are and where they are not what is needed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simInShell } from '../support/sim-command.ts';

const FEW = ['--requests', '10', '--clients', '2', '--quiet'];

test('DATABASE_URL may name another kind of database as long as nobody needs PostgreSQL', async () => {
  const env = { DATABASE_URL: 'mysql://me:secret@127.0.0.1/shop' };
  const { code, stderr } = await simInShell(
    '"$@"',
    ['run', '--strategy', 'event-lock', ...FEW],
    env,
  );
  assert.deepEqual([code, stderr], [0, '']);
});

test('a URL of another kind of server is refused in one line, without its password', async () => {
  const env = {
    DATABASE_URL: 'mysql://me:secret@127.0.0.1/shop',
    REDIS_URL: 'http://:secret@here',
  };
  for (const [strategy, variable] of [
    ['pg-update', 'DATABASE_URL'],
    ['redis-lua', 'REDIS_URL'],
  ] as const) {
    const { code, stderr } = await simInShell('"$@"', ['run', '--strategy', strategy, ...FEW], env);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^sim: ${variable} must be a URL that begins with .*\n$`));
    assert.doesNotMatch(stderr, /secret/);
  }
});
