// npm test: all tests, in two parts. Those that only compute share the processors; those that start threads and
// programs, and look at what these do in time, have them to themselves.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('../dist/test/', import.meta.url));
const COMPUTING = ['audit', 'base', 'explore', 'generator', 'report', 'stats', 'store'];

/** Every folder of tests, so that a new one is not forgotten: by default with the processors to itself. */
const folders = readdirSync(TESTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'support')
  .map(({ name }) => name);

function filesOf(names) {
  return names.flatMap((name) =>
    readdirSync(`${TESTS}${name}`)
      .filter((file) => file.endsWith('.test.js'))
      .map((file) => `${TESTS}${name}/${file}`),
  );
}

let failed = false;
for (const [concurrency, names] of [
  [2, folders.filter((name) => COMPUTING.includes(name))],
  [1, folders.filter((name) => !COMPUTING.includes(name))],
]) {
  const args = ['--test', `--test-concurrency=${concurrency}`, ...filesOf(names)];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
