// The guide for those who have a service, and its example.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { resolveScenario, run } from '../../src/index.ts';
import { ADAPTERS } from '../../src/store/http/load-adapter.ts';

// From dist/test/repo/ up to the repository.
const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));
const guide: string = readFileSync(`${ROOT}docs/does-my-service-oversell.md`, 'utf8');

test('the guide shows the shop and its adapter as they are, and names every adapter', () => {
  for (const file of ['server.js', 'adapter.js']) {
    const text = readFileSync(`${ROOT}examples/shop/${file}`, 'utf8');
    assert.ok(guide.includes(`\`\`\`js\n${text}\`\`\``), file);
  }
  for (const name of ADAPTERS) assert.ok(guide.includes(`\`${name}\``), name);
});

for (const [flags, verdict] of [
  [[], 'oversold'],
  [['--mended'], 'exact'],
] as const) {
  test(`the shop of the guide${flags.length > 0 ? ', mended,' : ''} is ${verdict}`, async () => {
    const shop = spawn(process.execPath, [`${ROOT}examples/shop/server.js`, ...flags], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(shop.stdout, 'data')) as [Buffer];
      const url = /http:\S+/.exec(line.toString())?.[0] ?? '';
      const result = await run({
        strategy: 'http',
        measures: false,
        scenario: resolveScenario({
          fields: { clients: '20', requests: '120', events: '1', tickets: '60', threads: '1' },
        }),
        stores: {
          servers: {},
          target: { url, adapter: `${ROOT}examples/shop/adapter.js`, labLimitPerSecond: 1e6 },
        },
      });
      assert.equal(result.audit.verdict, verdict, JSON.stringify(result.audit));
    } finally {
      shop.kill();
    }
  });
}
