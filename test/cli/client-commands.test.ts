import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT_GROUP } from '../../src/cli/client-commands.ts';

test('every command of the client has help with an example, JSON, a URL and a time limit: 17 commands', async () => {
  assert.equal(CLIENT_GROUP.commands.length, 17);
  for (const command of CLIENT_GROUP.commands) {
    const { name, summary } = command;
    const { options, examples, epilogue } = await command.load();
    assert.ok(summary, name);
    assert.ok(
      examples.some(([line]) => line.includes(`sim client ${name}`)),
      name,
    );
    for (const option of ['json', 'url', 'timeout', 'anonymous', 'log-file']) {
      assert.ok(option in options, `${name} --${option}`);
    }
    assert.match(epilogue ?? '', /Exit status: 0 done, 1 .*, 2 bad usage, 130 interrupted\.$/);
    // In everybody's list of processes.
    assert.ok(!('password' in options), name);
  }
});
