// Packs the package, installs it in an empty folder, and uses it as somebody would who found it on npm.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onsale-package-'));

/** Runs a program; what it printed on stdout. */
function run(program, args, cwd = folder) {
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  return execFileSync(program, args, options);
}

function check(condition, message) {
  if (!condition) throw new Error(message);
  process.stdout.write(`ok: ${message}\n`);
}

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  run('npx', ['--no-install', 'publint', '--strict', join(folder, tarball)], root);
  check(true, 'publint finds nothing wrong');
  run('npx', ['--no-install', 'attw', '--profile', 'esm-only', join(folder, tarball)], root);
  check(true, 'the types resolve');

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', ['install', '--silent', `./${tarball}`]);
  const args = [
    '--no-install',
    'sim',
    'run',
    '--strategy',
    'compare-and-swap',
    '--requests',
    '1000',
  ];
  const result = JSON.parse(run('npx', [...args, '--format', 'json']));
  check(result.audit.verdict === 'exact', 'npx sim runs in an empty folder');
  const compiled = JSON.parse(run('npx', [...args, '--kernel', 'wasm', '--format', 'json']));
  check(compiled.audit.verdict === 'exact', 'the words are reached by WebAssembly');
  const page = run('npx', [...args, '--format', 'html']);
  check(
    page.startsWith('<!doctype html>') && page.includes('echarts'),
    'it makes pages with charts',
  );

  writeFileSync(
    join(folder, 'use.js'),
    `import { resolveScenario, run } from 'onsale';
import schema from 'onsale/schema/result.json' with { type: 'json' };
const scenario = resolveScenario({ fields: { requests: '1000' } });
const { outcomes } = await run({ strategy: 'event-lock', scenario });
console.log(outcomes.reserved, schema.title);`,
  );
  for (const example of ['my-strategy.js', 'my-store.js']) {
    cpSync(join(root, 'examples', example), join(folder, example));
    const ofIts = args.with(args.indexOf('compare-and-swap'), `./${example}`);
    const sold = JSON.parse(run('npx', [...ofIts, '--format', 'json']));
    check(sold.audit.verdict === 'exact', `examples/${example} sells`);
  }
  const printed = run(process.execPath, ['--no-warnings', 'use.js']);
  check(printed.startsWith('1000 '), 'the library and the schema can be imported');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
