// npm test: all tests, three files at a time, of which some mostly wait; then, one by one, those that look at what a program does at a given
// moment, and so need it to be given a processor. With --further-node, less those that another version of Node cannot change.
import { readdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { ALONE, inOrder, isOnce, strayEntries } from './test-files.mjs';

const TESTS = fileURLToPath(new URL('../dist/test/', import.meta.url));
const ENDING = '.test.js';
const CONCURRENCY = 3;
/** A test that failed only because one inside it did is not told twice. */
const INHERITED = 'subtestsFailed';

/** Runs the files, `concurrency` at a time. Prints as it goes; returns what failed. */
async function runFiles(names, concurrency) {
  const failures = [];
  const events = run({ files: names.map((name) => TESTS + name + ENDING), concurrency });
  events.on('test:fail', (data) => {
    if (!data.todo && data.details.error.failureType !== INHERITED) failures.push(data);
  });
  await pipeline(events, new spec(), process.stdout, { end: false });
  return failures;
}

function describe({ name, file, line, details: { error } }) {
  const place = file === undefined ? '' : `\n  ${file}:${line}`;
  const reason = String(error.cause?.stack ?? error.cause ?? error.message);
  return `\nFAILED: ${name}${place}\n  ${reason.replaceAll('\n', '\n  ')}\n`;
}

const options = process.argv.slice(2);
const further = options.includes('--further-node');
if (options.length > Number(further))
  throw new Error(`--further-node, or nothing; got ${options.join(' ')}`);

const all = readdirSync(TESTS, { recursive: true })
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length).replaceAll('\\', '/'));
const stray = strayEntries(all);
if (stray.length > 0)
  throw new Error(`scripts/test-files.mjs names what is not there: ${stray.join(', ')}`);

const wanted = all.filter((name) => !further || !isOnce(name));
const failures = [
  ...(await runFiles(inOrder(wanted.filter((name) => !ALONE.includes(name))), CONCURRENCY)),
  ...(await runFiles(ALONE, 1)),
];
// Once more at the very end: of a long log, that is what is read first.
for (const failure of failures) process.stdout.write(describe(failure));
process.exitCode = failures.length === 0 ? 0 : 1;
