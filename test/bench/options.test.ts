import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCompare } from '../../bench/compare-options.ts';
import { benchHelp, parseBench } from '../../bench/options.ts';
import { GROUPS, SECTIONS } from '../../bench/sections.ts';
import { InputError } from '../../src/base/errors.ts';

function namesOf(...args: readonly string[]): readonly string[] {
  return parseBench(args).sections.map(({ name }) => name);
}

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof InputError && !error.message.includes('\n')) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

test('without a name all sections are measured, with names those, in the order of the suite and each once', () => {
  assert.deepEqual(parseBench([]).sections, SECTIONS);
  assert.deepEqual(namesOf('memory', 'threads'), ['threads', 'memory']);
  assert.deepEqual(namesOf('threads', 'macro').filter((name) => name === 'threads').length, 1);
  assert.deepEqual(namesOf('micro'), ['operations']);
});

test('every group has sections, no two have one name, and help names all of them', () => {
  for (const group of Object.keys(GROUPS)) assert.notDeepEqual(namesOf(group), [], group);
  const names = SECTIONS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of [...names, ...Object.keys(GROUPS)])
    assert.ok(benchHelp().includes(name), name);
});

test('flags stand anywhere, and a file is taken with = or without', () => {
  const { sections, smoke, json, out, help } = parseBench([
    '--json=a.json',
    'chunks',
    '--smoke',
    '--out',
    'b.md',
  ]);
  assert.deepEqual(
    { names: sections.map(({ name }) => name), smoke, json, out, help },
    { names: ['chunks'], smoke: true, json: 'a.json', out: 'b.md', help: false },
  );
});

test('what the benchmarks refuse is told in one line that names what is allowed: 5 command lines', () => {
  assert.match(
    refusal(() => parseBench(['mikro'])),
    /no section "mikro".*micro, macro.*did you mean "micro"/,
  );
  assert.match(
    refusal(() => parseBench(['--rounds', '3'])),
    /no flag --rounds; there are --smoke, --json FILE/,
  );
  assert.match(
    refusal(() => parseBench(['-x'])),
    /no flag -x; there are/,
  );
  assert.match(
    refusal(() => parseBench(['--json'])),
    /--json must be followed by FILE/,
  );
  assert.match(
    refusal(() => parseBench(['--smoke=1'])),
    /--smoke takes nothing; got "1"/,
  );
});

test('a comparison needs a commit; its scenarios and rounds may be chosen', () => {
  const options = parseCompare(['v1', 'lock', 'hot', '--rounds', '20']);
  assert.equal(options?.base, 'v1');
  assert.equal(options?.rounds, 20);
  assert.deepEqual(
    options?.loads.map(({ name }) => name),
    ['hot', 'lock'],
  );
  assert.equal(parseCompare(['v1', '--smoke'])?.rounds, 1);
  assert.equal(parseCompare(['--help']), undefined);
});

test('what a comparison refuses is told in one line that names what is allowed: 5 command lines', () => {
  assert.match(
    refusal(() => parseCompare([])),
    /a commit to compare with is needed/,
  );
  assert.match(
    refusal(() => parseCompare(['v1', 'hut'])),
    /no scenario "hut".*hot, many, lock/,
  );
  assert.match(
    refusal(() => parseCompare(['v1', '--rounds', '0'])),
    /from 1 to 1000; got "0"/,
  );
  assert.match(
    refusal(() => parseCompare(['v1', '--rounds', '1.5'])),
    /got "1.5"/,
  );
  assert.match(
    refusal(() => parseCompare(['v1', '--round', '5'])),
    /no flag --round; there are --rounds N/,
  );
});
