import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import { FAMILIES } from '../../src/store/stored.ts';
import { type Ended, sim, simLines } from '../support/sim-command.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-usage-'));
});
after(() => rmSync(folder, { recursive: true }));

const EVERY =
  'run compare sweep diff explore microscope check mutants report serve client doctor strategies'.split(
    ' ',
  );

const helps = simLines(() =>
  EVERY.map((each) => (each === 'client' ? ['--version'] : [each, '--help'])),
);
/** That of a command that has commands is printed when its line has been parsed, and a process of its own waits for it. */
const helpOf = (command: string, index: number): Promise<Ended> =>
  command === 'client' ? sim(command, '--help') : helps(index);

for (const [index, command] of EVERY.entries()) {
  test(`sim ${command} --help shows options and examples in 100 columns`, async () => {
    const { code, stdout, stderr } = await helpOf(command, index);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, new RegExp(`^sim ${command} `));
    if (command !== 'serve' && command !== 'client') assert.match(stdout, /--format/);
    assert.match(stdout, new RegExp(`Examples:\n(.*\n)* +sim ${command}`));
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });
}

test('sim --help lists the commands', async () => {
  const { code, stdout, stderr } = await sim('--help');
  assert.equal(code, 0);
  assert.equal(stderr, '');
  for (const command of EVERY.map((name) => `sim ${name}`)) {
    assert.ok(stdout.includes(command), command);
  }
});

test('sim --version prints the version alone', async () => {
  const { code, stdout, stderr } = await sim('--version');
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('sim strategies lists every strategy in 100 columns', async () => {
  const { code, stdout } = await sim('strategies');
  assert.equal(code, 0);
  assert.match(stdout, /^check-then-act$/m);
  assert.match(stdout, /^compare-and-swap$/m);
  for (const family of ['memory', ...FAMILIES]) {
    assert.ok(stdout.includes(`(--strategies ${family}):\n`), family);
  }
  for (const { name } of storeCatalog) assert.match(stdout, new RegExp(`^${name}$`, 'm'));
  for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
});

const RUN = ['run', '--strategy', 'rw-lock'];
/** Over soon, should it not be refused. */
const SHORT_RUN = [...RUN, '--requests', '9'];

/** Command lines that are refused, and what the one line on stderr says. */
const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /^sim: a command is needed/],
  [
    ['rnu'],
    /no command "rnu"; there are run, compare, sweep, diff, explore, microscope, check, mutants, report, serve, client, doctor, strategies; did you mean "run"\?/,
  ],
  [['run', 'rw-lock'], /^(?!.*--rw-lock).*rw-lock/],
  [['run'], /--strategy is needed/],
  [['run', '--strategy'], /--strategy/],
  [['run', '--strategi', 'x'], /no option --strategi; did you mean "(--)?strategy"\?/],
  [['run', '--strategy', 'compare-and-swop'], /did you mean "compare-and-swap"\?/],
  [['compare', '--strategies', 'rw-lock,rw-lok'], /no strategy "rw-lok".*did you mean "rw-lock"\?/],
  [['compare', '--strategies', 'rw-lock,rw-lock'], /names rw-lock twice/],
  [['compare', '--strategies', 'rw-lock,'], /no strategy ""/],
  [['compare', '--rate', 'max', '--duration', '1s', '--trace-out', 'x.trace'], /give --requests/],
  [[...RUN, '--clients', '3', '--clients', '4'], /--clients is given twice/],
  [[...RUN, '--format', 'json', '--format', 'csv'], /--format is given twice/],
  [[...RUN, '--format', 'jsn'], /--format must be one of .*; got "jsn"; did you mean "json"\?/],
  [[...RUN, '--clients', '-5'], /--clients must be .*; got "-5"/],
  [[...RUN, '--clients', ''], /--clients must be .*; got ""/],
  [[...RUN, '--rate', 'fast'], /--rate must be .*; got "fast"/],
  [[...RUN, '--duration', '10'], /--duration must be .*; got "10"/],
  [[...RUN, '--requests', '0'], /--requests must be .*; got "0"/],
  [[...RUN, '--events', '1.5'], /--events must be .*; got "1.5"/],
  [[...RUN, '--tickets', 'no'], /--tickets must be .*; got "no"/],
  [[...RUN, '--quantity', '4..1'], /--quantity must be .*; got "4..1"/],
  [[...RUN, '--mix', 'refund=1'], /--mix must be .*; got "refund=1"/],
  [[...SHORT_RUN, '--mix', 'toString=1'], /--mix must be .*; got "toString=1"/],
  [[...RUN, '--rate', '9', '--arrivals', 'x'], /--arrivals must be .*; got "x"/],
  [[...RUN, '--popularity', 'zipf'], /--popularity must be .*; got "zipf"/],
  [
    [...RUN, '--popularity', 'turns'],
    /--popularity must be uniform, in-turn, or zipf:S with S from 0 to 10; got "turns"/,
  ],
  [[...RUN, '--threads', '257'], /--threads must be .*; got "257"/],
  [[...RUN, '--seed', ''], /--seed must be .*; got ""/],
  [[...RUN, '--work-inside', '5'], /--work-inside must be .*; got "5"/],
  [[...RUN, '--work-outside', '2s'], /--work-outside must be .*; got "2s"/],
  [
    [...RUN, '--scenario', 'onsail'],
    /--scenario must be .*; got "onsail"; did you mean "onsale"\?/,
  ],
  [[...RUN, '--trace', 'missing.trace'], /--trace cannot read missing\.trace/],
  [[...RUN, '--trace', tmpdir()], /--trace|directory/],
  [[...RUN, '--trace', 'missing.trace', '--seed', '1'], /--trace .*--seed cannot go with it/],
  [[...RUN, '--out', '/missing-folder/x.json'], /--out cannot write \/missing-folder\/x\.json/],
  [[...SHORT_RUN, '--out', ''], /--out/],
  [
    [...SHORT_RUN, '--out', join(tmpdir(), 'onsale-none/')],
    /--out cannot write .*: it is a folder/,
  ],
  [[...SHORT_RUN, '--out', '-'], /--out cannot write -: stdout is where results go without it/],
  [['report', '-'], /sim report needs the name of a file; got "-"/],
  [['diff', '-', 'b.json'], /sim diff needs the name of a file; got "-"/],
  [[...RUN, '--trace-out', '/missing-folder/x'], /--trace-out cannot write/],
  [[...SHORT_RUN, '--', 'more'], /more/],
  [['strategies', '--format', 'xml'], /--format must be one of/],
];

const refused = simLines(() => REFUSALS.map(([args]) => args));

function assertRefused({ code, stdout, stderr }: Ended, message: RegExp): void {
  assert.match(stderr, /^sim: [^\n]+\n$/);
  assert.match(stderr, message);
  assert.equal(stdout, '');
  assert.equal(code, 2);
}

describe('refused in one line, with nothing on stdout', () => {
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim ${args.join(' ')}`, async () => assertRefused(await refused(index), message));
  }
});

test('a process that refuses ends with exit status 2: no command, an unknown one, an unknown option, a bad value', async () => {
  for (const [args, message] of [
    [[], /a command is needed/],
    [['rnu'], /did you mean "run"\?/],
    [['run', '--strategi', 'x'], /no option --strategi/],
    [[...RUN, '--clients', '-5'], /--clients must be .*; got "-5"/],
  ] as const) {
    assertRefused(await sim(...args), message);
  }
});

test('a scenario file with an error is named with its line', async () => {
  const path = join(folder, 'sale.json');
  writeFileSync(path, '{\n  "clients": 5,\n  "rate": "fast"\n}\n');
  const { code, stdout, stderr } = await sim(...RUN, '--scenario', path);
  assert.equal(stderr, `sim: ${path}:3: "rate" must be a positive number or "max"; got "fast"\n`);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
});

test('an output that cannot be written is refused before anything is run', async () => {
  const trace = join(folder, 'never.trace');
  const out = join(folder, 'missing', 'x.json');
  const { code } = await sim(...RUN, '--requests', '1000', '--trace-out', trace, '--out', out);
  assert.equal(code, 2);
  // A run would have saved its stream.
  assert.equal(readdirSync(folder).includes('never.trace'), false);
});
