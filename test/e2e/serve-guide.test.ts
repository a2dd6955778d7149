// What docs/service.md has readers type, typed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endAll, startServe } from '../support/serve-command.ts';

// From dist/test/e2e/ up to the repository.
const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));
const guide: string = readFileSync(`${ROOT}docs/service.md`, 'utf8');
const blocks: readonly string[] = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map(([, block]) => block as string)
  .filter((block) => block.includes('curl'));

after(endAll);

function lacks(program: string): boolean {
  return spawnSync(program, ['--version']).error !== undefined;
}
const missing = ['bash', 'curl', 'jq'].filter(lacks).join(', ');

describe('the guide to the service', () => {
  test('its blocks with curl, one after the other on one server: every request is done', {
    skip: missing === '' ? false : `needs ${missing}`,
  }, async () => {
    assert.equal(blocks.length, 3);
    const server = await startServe(['--memory', '--threads', '1']);
    // Refused requests end the script.
    const script = blocks
      .join('\n')
      .replaceAll('curl -s ', 'curl -sSf ')
      .replaceAll('localhost:8080', server.url);
    const child = spawnSync('bash', ['-euo', 'pipefail', '-c', `${script}\necho "$EVENT $TOKEN"`], {
      encoding: 'utf8',
    });
    assert.equal(child.status, 0, `${child.stdout}${child.stderr}`);
    assert.match(child.stdout, /[\w-]{36} [\w.-]{60,}\n$/);
    const { events } = (await (await fetch(`${server.url}/events`)).json()) as {
      events: { name: string; available: number }[];
    };
    assert.deepEqual(
      events.map(({ name, available }) => [name, available]),
      [
        ['Jazz night', 494],
        ['Rock', 50],
      ],
    );
    await server.stop();
  });
});
