// What a person sees who explores: the real command, its exit codes, its messages, its formats.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { ExplorationResult } from '../../src/report/exploration-result.ts';
import { type Ended, sim, simInShell, simLines, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const CONTROL = ['explore', '--strategy', 'check-then-act'];
const SOUND = ['explore', '--strategy', 'compare-and-swap'];
/** Goes on until it is interrupted, or for a minute. */
const LONG = 'explore --strategy two-phase-hold --clients 3 --tickets 2 --operations 2'.split(' ');
/** Takes two locks, each client in an order of its own. */
const DEADLOCK = `
  const other = new Mutex(context, inventory.remaining(event), 'the other lock');
  const [first, second] = self % 2 === 0 ? [mutex, other] : [other, mutex];
  first.lock();
  second.lock();
  second.unlock();
  first.unlock();
  return -1;`;

let folder = '';
let modules: StrategyModules;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-explore-'));
  modules = strategyModules();
});
after(() => {
  rmSync(folder, { recursive: true });
  modules.remove();
});

/** Pastes the printed command into a shell. */
async function replayed({ stdout }: Ended, ...more: readonly string[]): Promise<Ended> {
  const [, command = ''] = /^replay {3}sim (.*)$/m.exec(stdout) ?? [];
  assert.notEqual(command, '', stdout);
  return simInShell(`sim() { "$NODE" "$MAIN" "$@"; }; NODE=$1 MAIN=$2; sim ${command}`, more);
}

describe('exit codes and results', { concurrency: 2 }, () => {
  test('a broken rule: exit 1, and the replay command shows the same at once', async () => {
    const found = await sim(...CONTROL, '--scenario', 'lost-update');
    assert.deepEqual({ code: found.code, stderr: found.stderr }, { code: 1, stderr: '' });
    assert.match(found.stdout, /^verdict {2}violated: oversell: A holds 2, B holds 3/m);
    const again = await replayed(found);
    assert.equal(again.code, 1);
    assert.equal(stepsOf(again), stepsOf(found));
  });

  test('no broken rule: exit 0, with what was proved', async () => {
    const { code, stdout, stderr } = await sim(...SOUND, '--clients', '3');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^verdict {2}proved: no order of the steps of 3 clients /m);
    assert.doesNotMatch(stdout, /^replay|^step/m);
    assert.equal(stdout.includes('\u001b'), false);
  });

  test('a lock alone, with a death: exit 0', async () => {
    const { code, stdout } = await sim('explore', '--lock', 'mcs-lock', '--crashes');
    assert.equal(code, 0);
    assert.match(stdout, /^faults {3}up to 1 death$/m);
    assert.doesNotMatch(stdout, /promise|strategy|stock/);
  });

  for (const search of ['source-dpor', 'preemption-bound', 'pct']) {
    test(`what --search ${search} finds is replayed, without the search's own flags`, async () => {
      const args = ['--clients', '3', '--search', search, '--seed', '7', '--preemptions', '2'];
      const found = await sim(...CONTROL, ...args);
      assert.equal(found.code, 1);
      assert.match(found.stdout, new RegExp(`^searched ${search}: `, 'm'));
      assert.doesNotMatch(found.stdout, /^replay.*(?:--search|--seed|--preemptions)/m);
      assert.equal(stepsOf(await replayed(found)), stepsOf(found));
    });
  }

  test('a strategy in a folder with spaces and quotes is replayed as its command says', async () => {
    const odd = join(folder, `it's "my" folder`);
    mkdirSync(odd);
    const path = modules.write('overtakes', 'return words.add(inventory.remaining(event) + 1, 1);');
    writeFileSync(join(odd, 'a b.mjs'), readFileSync(path));
    const found = await sim('explore', '--strategy', join(odd, 'a b.mjs'), '--clients', '2');
    assert.equal(found.code, 1, found.stdout + found.stderr);
    assert.equal(stepsOf(await replayed(found)), stepsOf(found));
  });

  test('a deadlock is shown with who sleeps on what, and replayed with all its steps', async () => {
    const strategy = modules.write('deadlocks', `const { self } = context; ${DEADLOCK}`);
    const found = await sim('explore', '--strategy', strategy);
    assert.equal(found.code, 1, found.stderr);
    assert.match(found.stdout, /^verdict {2}violated: deadlock: nobody can go on: A sleeps on /m);
    assert.match(found.stdout, /^rule {5}a strategy always lets somebody go on$/m);
    assert.equal(stepsOf(await replayed(found)), stepsOf(found));
  });

  test('a strategy that throws at once: exit 1, and its replay has no empty --schedule', async () => {
    const strategy = modules.write('throws', "throw new Error('no\\ntickets');");
    const found = await sim('explore', '--strategy', strategy);
    assert.equal(found.code, 1);
    assert.match(found.stdout, /^verdict {2}violated: failure: A broke down: no tickets/m);
    assert.doesNotMatch(found.stdout, /--schedule/);
    assert.equal((await replayed(found)).code, 1);
  });

  test('a schedule with a death is followed, and tells who has more to do', async () => {
    const args = ['--crashes', '--schedule', 'x011'];
    const { code, stdout } = await sim(...CONTROL, ...args);
    assert.equal(code, 0);
    assert.match(stdout, /^ {3}1 {2}dies$/m);
    assert.match(
      stdout.replace(/\s+/g, ' '),
      /these 3 steps break no rule, after which B has more/,
    );
  });
});

/** The table of steps. */
function stepsOf({ stdout }: Ended): string {
  const [, steps] = /\n\n(step [\s\S]*?)\n\n/.exec(stdout) ?? [];
  assert.ok(steps, stdout);
  return steps;
}

describe('formats', { concurrency: 2 }, () => {
  test('--format json prints one object, with the place and the command that explores so again', async () => {
    const args = ['--search', 'pct', '--samples', '20', '--seed', 'a b', '--format', 'json'];
    const { code, stdout, stderr } = await sim(...SOUND, ...args);
    const result = JSON.parse(stdout) as ExplorationResult;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(result.verdict, 'unproved');
    assert.equal(result.schemaVersion, 1);
    assert.match(result.environment.node, /^v\d+\./);
    assert.equal(
      result.command,
      "sim explore --strategy compare-and-swap --search pct --samples 20 --seed 'a b'",
    );
  });

  for (const [format, begins] of [
    ['markdown', /^\*\*check-then-act\*\*: /],
    ['mermaid', /^sequenceDiagram\n/],
    ['svg', /^<svg [\s\S]*<\/svg>\n$/],
  ] as const) {
    test(`--format ${format} draws a failure: exit 1`, async () => {
      const { code, stdout, stderr } = await sim(...CONTROL, '--format', format);
      assert.match(stdout, begins);
      assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    });
  }

  for (const format of ['mermaid', 'svg']) {
    test(`--format ${format} of a proof writes nothing, and says so in one line: exit 0`, async () => {
      const out = join(folder, `nothing.${format}`);
      writeFileSync(out, 'as it was');
      const { code, stdout, stderr } = await sim(...SOUND, '--format', format, '--out', out);
      assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
      assert.equal(
        stderr,
        'sim: nothing to draw: proved, no schedule was found that breaks a rule\n',
      );
      assert.equal(readFileSync(out, 'utf8'), 'as it was');
    });
  }

  test('--format svg of a schedule that breaks no rule draws it: exit 0', async () => {
    const { code, stdout } = await sim(...SOUND, '--schedule', '01', '--format', 'svg');
    assert.equal(code, 0);
    assert.match(stdout, /^<svg /);
  });

  test('--out writes the whole result, nothing to stdout, and why to stderr', async () => {
    const own = mkdtempSync(join(folder, 'out-'));
    const { code, stdout, stderr } = await sim(...CONTROL, '--out', join(own, 'x.txt'));
    // Where stdout shows nothing, somebody has to say that something was found.
    const said = `sim: exit status 1: ${join(own, 'x.txt')} says why\n`;
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: said });
    assert.match(
      readFileSync(join(own, 'x.txt'), 'utf8'),
      /^check-then-act\n[\s\S]*\nreplay .*\n$/,
    );
    assert.deepEqual(readdirSync(own), ['x.txt']);
  });

  test('a reader that has seen enough sees no error', async () => {
    const { stdout, stderr } = await simInShell('"$@" | head -n 1', CONTROL);
    assert.deepEqual({ stdout, stderr }, { stdout: 'check-then-act\n', stderr: '' });
  });

  test('what a module prints while it is loaded and explored does not get into the JSON', async () => {
    const strategy = modules.write('talks', "console.log('hello'); return -1;");
    const { stdout, stderr } = await sim('explore', '--strategy', strategy, '--format', 'json');
    assert.equal((JSON.parse(stdout) as ExplorationResult).subject, 'talks');
    assert.match(stderr, /^hello$/m);
  });

  test('--help shows options, examples and presets in 100 columns, and each example works', async () => {
    const { code, stdout } = await sim('explore', '--help');
    assert.equal(code, 0);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    const examples = [...stdout.matchAll(/^ {2}sim (explore .*)$/gm)].map(([, args = '']) => args);
    assert.ok(examples.length >= 5);
    const known = examples.filter((args) => !args.includes('./my-strategy.js'));
    const codes = await Promise.all(
      known.map(async (args) => (await sim(...args.split(' '))).code),
    );
    for (const [i, each] of codes.entries()) {
      assert.equal(each, known[i]?.includes('check-then-act') ? 1 : 0, known[i]);
    }
  });
});

/** Command lines that are refused, and what the one line on stderr says. */
const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['explore'], /either --strategy or --lock is needed/],
  [[...CONTROL, '--lock', 'mutex'], /--strategy cannot go with it/],
  [['explore', '--strategy', 'chek-then-act'], /did you mean "check-then-act"\?/],
  [['explore', '--lock', 'mutx'], /--lock must be one of .*; did you mean "mutex"\?/],
  [[...CONTROL, '--scenario', 'dips'], /did you mean "dip"\?/],
  [[...CONTROL, '--search', 'pcd'], /--search must be one of .*; did you mean "pct"\?/],
  [[...CONTROL, '--format', 'csv'], /--format must be one of table, json, markdown, mermaid, svg/],
  [[...CONTROL, '--serch', 'pct'], /no option --serch; did you mean "--search"\?/],
  [[...CONTROL, '--clients', '9'], /--clients must be a whole number from 1 to 8; got "9"/],
  [[...CONTROL, '--crashes', '5'], /--crashes must be a whole number from 0 to 4; got "5"/],
  [[...CONTROL, '--clients', '2', '--clients', '3'], /--clients is given twice/],
  [['explore', '--lock', 'mutex', '--tickets', '3'], /without a sale: --tickets cannot go with it/],
  [[...CONTROL, '--schedule', '01z'], /--schedule must be .*; got "01z"/],
  [[...CONTROL, '--schedule', '02'], /--schedule names client 2; there are 0 to 1/],
  [[...CONTROL, '--schedule', '0000'], /--schedule cannot be followed: at move 4 .*it has ended/],
  [[...CONTROL, '--schedule', 'x0'], /lets a client die \(x\): add --crashes/],
  [[...CONTROL, '--schedule', '0w1'], /wakes a client for no reason \(w\): add --spurious/],
  [[...CONTROL, '--schedule', '01', '--search', 'pct'], /--search cannot go with it/],
  [[...CONTROL, '--schedule', '01', '--time-limit', '9'], /--time-limit cannot go with it/],
  [[...CONTROL, '--out', '/missing-folder/x'], /--out cannot write \/missing-folder\/x/],
  [['explore', '--strategy', './missing.mjs'], /no strategy module \.\/missing\.mjs/],
];

describe('refused in one line, with nothing on stdout', { concurrency: 2 }, () => {
  const refused = simLines(() => REFUSALS.map(([args]) => args));
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim ${args.join(' ')}`, async () => assertRefused(await refused(index), message));
  }

  test('a module that lacks a function, or throws while it is loaded', async () => {
    const lacking = join(folder, 'lacking.mjs');
    writeFileSync(lacking, "export default { name: 'lacking', summary: 's', source: 's' };");
    const throwing = join(folder, 'throwing.mjs');
    writeFileSync(throwing, "throw new Error('not today');");
    assertRefused(await sim('explore', '--strategy', lacking), /lacking/);
    assertRefused(await sim('explore', '--strategy', throwing), /not today/);
  });

  test('a strategy that does not do the same twice', async () => {
    const strategy = modules.write(
      'random',
      'return words.add(inventory.remaining(event), Math.random() < 0.5 ? 1 : 2) - 9;',
    );
    assertRefused(await sim('explore', '--strategy', strategy), /random cannot be explored/);
  });
});

function assertRefused({ code, stdout, stderr }: Ended, message: RegExp): void {
  assert.match(stderr, /^sim: [^\n]+\n$/);
  assert.match(stderr, message);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
}

/** A step for each way in which the others' steps may have come before it: more than can be seen. */
const ENDLESS = `
  globalThis.passes = (globalThis.passes ?? 0) + 1;
  if (globalThis.passes === 6000) console.log('under way');
  for (let turn = 0; turn < 9; turn++) words.add(context.own, 1);
  return -1;`;

/** Signals the command when its search is under way, as the strategy says. */
async function interrupted(signal: NodeJS.Signals, ...args: readonly string[]): Promise<Ended> {
  const strategy = modules.write('endless', ENDLESS);
  const { child, ended } = startSim(['explore', '--strategy', strategy, '--clients', '3', ...args]);
  child.stderr?.once('data', () => child.kill(signal));
  return ended;
}

describe('interruptions', { concurrency: 2 }, () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} in a long search ends it with what was seen: exit ${exitCode}`, async () => {
      const { code, stdout, stderr } = await interrupted(signal, '--format', 'json');
      assert.deepEqual({ code, stderr }, { code: exitCode, stderr: 'under way\n' });
      const { verdict, interrupted: cut, searches } = JSON.parse(stdout) as ExplorationResult;
      assert.deepEqual({ verdict, cut }, { verdict: 'unproved', cut: true });
      assert.equal(searches.length, 1);
      assert.ok((searches[0]?.states ?? 0) > 0);
    });
  }

  test('an interrupted search has nothing to draw, and keeps its exit code', async () => {
    const { code, stdout, stderr } = await interrupted('SIGINT', '--format', 'svg');
    assert.deepEqual({ code, stdout }, { code: 130, stdout: '' });
    assert.match(stderr, /\nsim: nothing to draw: the search was interrupted before [^\n]*\n$/);
  });

  test('Ctrl-C ends a strategy that loops for ever before the search has begun', async () => {
    const loop = "console.log('looping'); for (;;);";
    const { child, ended } = startSim(['explore', '--strategy', modules.write('loops', loop)]);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    assert.equal((await ended).signal, 'SIGINT');
    clearTimeout(timer);
  });
});

const hasScript = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '');

function atTerminal(
  args: readonly string[],
  columns: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const command = `script -qec "stty cols ${columns}; $(printf "'%s' " "$@")" /dev/null`;
  return simInShell(command, args, { TERM: 'xterm', NO_COLOR: '', ...env });
}

describe('at a terminal', {
  skip: !hasScript && 'needs script of util-linux for a pseudo-terminal',
  concurrency: 2,
}, () => {
  const CLEAR_LINE = '\r\u001b[K';

  for (const columns of [80, 200]) {
    test(`no line is wider than the terminal, and colours are there: ${columns} columns`, async () => {
      const { stdout } = await atTerminal([...CONTROL, '--clients', '3', '--quiet'], columns);
      assert.ok(stdout.includes('\u001b[31mviolated'));
      const plain = stripVTControlCharacters(stdout).split('\r\n');
      for (const line of plain) {
        if (!line.startsWith('replay')) assert.ok(line.length <= Math.min(columns, 100), line);
      }
    });
  }

  test('NO_COLOR=1 shows none', async () => {
    const { stdout } = await atTerminal([...CONTROL, '--quiet'], 80, { NO_COLOR: '1' });
    assert.equal(stdout.includes('\u001b'), false);
  });

  test('progress is shown a few times a second in one line, and is gone before the result', async () => {
    const { stdout } = await atTerminal([...LONG, '--time-limit', '1'], 80);
    const parts = stdout.split(CLEAR_LINE);
    assert.ok(parts.length > 3 && parts.length < 40, `${parts.length - 1} lines of progress`);
    for (const part of parts.slice(1, -1)) {
      assert.match(part, /^[a-z-]+ {2}[\d,]+ (?:states|schedules) {2}[\d,]+ steps$/);
    }
    assert.match(parts.at(-1) ?? '', /verdict/);
  });
});
