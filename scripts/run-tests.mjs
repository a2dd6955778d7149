// npm test: all tests, three files at a time, of which some mostly wait; then, one by one, those that look at what a program does at a given
// moment, and so need it to be given a processor.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('../dist/test/', import.meta.url));
const REPORTER = new URL('failures-reporter.mjs', import.meta.url);
const ALONE = new Set(['e2e/interrupt', 'e2e/live', 'e2e/terminal', 'sim/times']);

const all = readdirSync(TESTS, { recursive: true })
  .filter((file) => file.endsWith('.test.js'))
  .toSorted();
const isAlone = (file) => ALONE.has(file.replace('.test.js', '').replaceAll('\\', '/'));

/** Runs the files, `concurrency` at a time. Prints as it goes; returns what failed. */
function run(files, concurrency, scratch) {
  const list = join(scratch, 'failures');
  const args = ['--test', `--test-concurrency=${concurrency}`];
  args.push('--test-reporter=spec', '--test-reporter-destination=stdout');
  args.push(`--test-reporter=${REPORTER}`, `--test-reporter-destination=${list}`);
  const { status, signal } = spawnSync(
    process.execPath,
    [...args, ...files.map((file) => TESTS + file)],
    { stdio: 'inherit' },
  );
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
    ...run(
      all.filter((file) => !isAlone(file)),
      3,
      scratch,
    ),
    ...run(all.filter(isAlone), 1, scratch),
  ];
  // Once more at the very end: of a long log, that is what is read first.
  for (const failure of failures) process.stdout.write(describe(failure));
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true });
}
