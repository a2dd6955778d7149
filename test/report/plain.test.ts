import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fittingTable, wrapCommand } from '../../src/report/plain.ts';
import { commandLine } from '../../src/sim/command-line.ts';
import fc from '../support/fast-check.ts';

const NARROW = { color: false, width: 40 };

test('a command is broken between flags, none of them parted from its value', () => {
  const command = 'sim run --strategy event-lock --clients 1000 --cancels --seed 42';
  assert.equal(
    wrapCommand(command, NARROW, 6),
    'sim run --strategy event-lock \\\n      --clients 1000 --cancels \\\n      --seed 42',
  );
  assert.equal(wrapCommand(command, { color: false, width: 100 }), command);
});

test('a long value stays whole, and so does what is no command line', () => {
  const long = `sim check ${'x'.repeat(60)} --quiet`;
  assert.equal(wrapCommand(long, NARROW), `sim check ${'x'.repeat(60)} \\\n--quiet`);
  const unbalanced = "sim run --strategy 'half of a quote --seed 42 --requests 2000";
  assert.equal(wrapCommand(unbalanced, NARROW), unbalanced);
});

/** The arguments that a shell reads from command lines. */
function asRead(lines: readonly string[]): string {
  // What stands for sim prints its arguments one by one.
  const script = `sim() { printf '<%s>' "$@"; echo; }\n${lines.join('\n')}\n`;
  return spawnSync('/bin/sh', { input: script, encoding: 'utf8' }).stdout;
}

test('a shell reads the lines of a broken command as the command: 20 scripts of 20 commands', () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('ab -\'"\\$*')),
    minLength: 1,
    maxLength: 30,
  });
  const flags = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,9}$/),
    fc.option(text, { nil: undefined }),
    { maxKeys: 6 },
  );
  const scripts = fc.array(flags, { minLength: 20, maxLength: 20 });
  const property = fc.property(scripts, (script) => {
    const commands = script.map((each) => commandLine('sim run', each));
    const expected = asRead(commands);
    assert.equal(expected.split('\n').length, 21);
    assert.equal(asRead(commands.map((command) => wrapCommand(command, NARROW, 8))), expected);
  });
  fc.assert(property, { numRuns: 20 });
});

const draw = (columns: number): string => 'x'.repeat(20 * columns);

test('a table leaves out columns from the last until it fits, but the first, and names them', () => {
  const fitted = (width: number): string[] =>
    fittingTable(['a', 'b', 'c'], draw, { color: false, width });
  assert.deepEqual(fitted(60), [draw(3)]);
  assert.deepEqual(fitted(59), [draw(2), '(no room for c)']);
  assert.deepEqual(fitted(19), [draw(1), '(no room for b, c)']);
});
