// npm test: all tests, in two parts. Those that only compute share the processors; those that start threads and
// programs, and look at what these do in time, have them to themselves.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('../dist/test/', import.meta.url));
const REPORTER = new URL('failures-reporter.mjs', import.meta.url);
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

/** Runs the files, `concurrency` at a time. Prints as it goes; returns what failed. */
function run(files, concurrency, scratch) {
  const list = join(scratch, 'failures');
  const args = ['--test', `--test-concurrency=${concurrency}`];
  args.push('--test-reporter=spec', '--test-reporter-destination=stdout');
  args.push(`--test-reporter=${REPORTER}`, `--test-reporter-destination=${list}`);
  const { status, signal } = spawnSync(process.execPath, [...args, ...files], { stdio: 'inherit' });
  const failures = readFileSync(list, 'utf8').split('\n').filter(Boolean);
  if (status !== 0 && failures.length === 0) {
    return [{ name: 'the test runner', reason: `ended with ${signal ?? status}` }];
  }
  return failures.map((line) => JSON.parse(line));
}

function describe({ name, file, line, reason }) {
  const place = file === undefined ? '' : `\n  ${file}:${line}`;
  return `\nFAILED: ${name}${place}\n  ${reason.replaceAll('\n', '\n  ')}\n`;
}

const scratch = mkdtempSync(join(tmpdir(), 'onsale-tests-'));
try {
  const failures = [
    ...run(filesOf(folders.filter((name) => COMPUTING.includes(name))), 2, scratch),
    ...run(filesOf(folders.filter((name) => !COMPUTING.includes(name))), 1, scratch),
  ];
  // Once more at the very end: of a long log, that is what is read first.
  for (const failure of failures) process.stdout.write(describe(failure));
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true });
}
